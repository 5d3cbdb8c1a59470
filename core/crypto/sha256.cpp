#include "crypto/sha256.hpp"

#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/crypto_hash_sha256.h>

namespace fireproof {

Digest sha256(ByteView bytes) {
  Digest digest{};
  crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
  return digest;
}

Digest hmac_sha256(ByteView key, ByteView bytes) {
  Digest tag{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  crypto_auth_hmacsha256_update(&state, bytes.data(), bytes.size());
  crypto_auth_hmacsha256_final(&state, tag.data());
  return tag;
}

Cid cid_of(std::uint64_t codec, ByteView bytes) { return Cid::sha256(codec, sha256(bytes)); }

bool matches(const Cid& cid, ByteView bytes) {
  switch (cid.hash_function()) {
    case hash::kSha256:
      return equal(cid.digest(), sha256(bytes));
    case hash::kIdentity:
      return !cid.empty() && equal(cid.digest(), bytes);
    default:
      return false;
  }
}

}  // namespace fireproof
