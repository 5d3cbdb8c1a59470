#include "crypto/secret_key.hpp"

#include <sodium/utils.h>

#include <algorithm>

#include "multiformats/multibase.hpp"

namespace fireproof {

SecretKey::SecretKey(ByteView bytes) : size_(std::min(bytes.size(), kMaxSize)) {
  std::copy_n(bytes.begin(), size_, bytes_.begin());
}

SecretKey::~SecretKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

Result<SecretKey> SecretKey::parse(std::string_view text, std::size_t size) {
  std::optional<Bytes> bytes;
  if (text.size() == 2 * size) {
    std::string lower(text);
    for (char& c : lower) {
      if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
    bytes = multibase::decode_bare(Base::kBase16, lower);
    wipe(lower);
  }
  if (!bytes && text.starts_with(static_cast<char>(Base::kBase58Btc)))
    bytes = multibase::decode(text);
  if (!bytes || bytes->size() != size) {
    if (bytes) wipe(*bytes);
    return fail(ErrorCode::kInvalidKey, "a key of this format is " + std::to_string(size) +
                                            " bytes: " + std::to_string(2 * size) +
                                            " hex digits, or base58 starting with z");
  }
  SecretKey key(*bytes);
  wipe(*bytes);
  return key;
}

std::string SecretKey::hex() const { return multibase::encode_bare(Base::kBase16, bytes()); }

std::string SecretKey::base58() const { return multibase::encode(Base::kBase58Btc, bytes()); }

bool operator==(const SecretKey& a, const SecretKey& b) {
  return a.size_ == b.size_ && sodium_memcmp(a.bytes_.data(), b.bytes_.data(), a.size_) == 0;
}

void wipe(std::string& text) { sodium_memzero(text.data(), text.size()); }

void wipe(Bytes& bytes) { sodium_memzero(bytes.data(), bytes.size()); }

}  // namespace fireproof
