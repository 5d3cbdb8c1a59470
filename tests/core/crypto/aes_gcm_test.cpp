#include "crypto/aes_gcm.hpp"

#include "support/catch.hpp"
#include "support/hex.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

AesGcm cipher_of(ByteView key) { return AesGcm(SecretKey(key)); }

Bytes seal(const AesGcm& cipher, ByteView iv, ByteView plaintext) {
  Bytes sealed;
  cipher.seal(iv, plaintext, sealed);
  return sealed;
}

TEST_CASE("the worked example of the 0.14 format page, section 4.4") {
  const AesGcm cipher =
      cipher_of(from_hex("5e66f74d42b07f168995736f8dd020c52f01f9743deebe58a5bca85197f3e803"));
  const Bytes iv = from_hex("6cc78fe2fae416d72b1c269b");
  const Bytes sealed = from_hex(
      "10edc251998e4cfd564b2803f88cb9bde210a6e697734a3ae34357e60e3b67f7b1c4e9abb2875badac"
      "90e03b14fc9df7aa859ddc1b70afe986");
  const Bytes plaintext = from_hex(
      "24000000 01711220 76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71 80");
  CHECK(to_hex(seal(cipher, iv, plaintext)) == to_hex(sealed));

  Bytes opened = sealed;
  REQUIRE(cipher.open(iv, opened));
  CHECK(to_hex(ByteView(opened).first(plaintext.size())) == to_hex(plaintext));
}

TEST_CASE("sealing appends to what is there") {
  const AesGcm cipher = cipher_of(Bytes(16, 7));
  const Bytes iv(AesGcm::kIvSize, 1);
  Bytes to = from_hex("aabb");
  cipher.seal(iv, as_bytes("text"), to);
  CHECK(to_hex(to) == "aabb" + to_hex(seal(cipher, iv, as_bytes("text"))));
  CHECK(to.size() == 2 + 4 + AesGcm::kTagSize);
}

TEST_CASE("a changed bit anywhere, or another IV or key, does not open") {
  Random random;
  INFO(random.repeat());
  const Bytes key = random.bytes(32);
  const AesGcm cipher = cipher_of(key);
  const Bytes iv = random.bytes(AesGcm::kIvSize);
  const Bytes sealed = seal(cipher, iv, random.bytes(20));
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    CAPTURE(bit);
    Bytes changed = sealed;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1U << bit % 8);
    CHECK_FALSE(cipher.open(iv, changed));
  }
  Bytes same = sealed;
  CHECK_FALSE(cipher.open(random.bytes(AesGcm::kIvSize), same));
  same = sealed;
  CHECK_FALSE(cipher_of(random.bytes(32)).open(iv, same));
  same = sealed;
  CHECK_FALSE(cipher_of(ByteView(key).first(16)).open(iv, same));
  same = sealed;
  CHECK(cipher.open(iv, same));
}

TEST_CASE("a message shorter than its tag does not open") {
  const AesGcm cipher = cipher_of(Bytes(16, 7));
  const Bytes iv(AesGcm::kIvSize, 1);
  const Bytes sealed = seal(cipher, iv, as_bytes("x"));
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    CAPTURE(size);
    Bytes cut(sealed.begin(), sealed.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK_FALSE(cipher.open(iv, cut));
  }
  Bytes empty = seal(cipher, iv, {});
  CHECK(empty.size() == AesGcm::kTagSize);
  CHECK(cipher.open(iv, empty));
}

TEST_CASE("any part of a message can be decrypted alone") {
  Random random;
  INFO(random.repeat());
  const auto key_size = GENERATE(std::size_t{16}, std::size_t{32});
  const AesGcm cipher = cipher_of(random.bytes(key_size));
  const Bytes iv = random.bytes(AesGcm::kIvSize);
  const Bytes plaintext = random.bytes(80);
  const Bytes sealed = seal(cipher, iv, plaintext);
  for (std::size_t offset = 0; offset <= 40; ++offset) {
    for (std::size_t length = 0; length <= 40; ++length) {
      CAPTURE(offset, length);
      const ByteView ciphertext = ByteView(sealed).subspan(offset, length);
      Bytes part = copy_of(ciphertext);
      cipher.decrypt_part(iv, offset, part);
      CHECK(equal(part, ByteView(plaintext).subspan(offset, length)));
    }
  }
}

TEST_CASE("parts far into a long message are decrypted by their own block numbers") {
  Random random;
  INFO(random.repeat());
  const AesGcm cipher = cipher_of(random.bytes(32));
  const Bytes iv = random.bytes(AesGcm::kIvSize);
  const Bytes plaintext = random.bytes(100'000);
  const Bytes sealed = seal(cipher, iv, plaintext);
  for (int i = 0; i < 200; ++i) {
    const std::size_t offset = random.below(plaintext.size());
    const std::size_t length = random.below(plaintext.size() - offset);
    CAPTURE(offset, length);
    Bytes part = copy_of(ByteView(sealed).subspan(offset, length));
    cipher.decrypt_part(iv, offset, part);
    CHECK(equal(part, ByteView(plaintext).subspan(offset, length)));
  }
}

TEST_CASE("a cipher that was moved works on") {
  AesGcm first = cipher_of(Bytes(16, 7));
  const Bytes iv(AesGcm::kIvSize, 1);
  const Bytes sealed = seal(first, iv, as_bytes("text"));
  AesGcm second = cipher_of(Bytes(32, 8));
  second = std::move(first);
  CHECK(seal(second, iv, as_bytes("text")) == sealed);
}

}  // namespace
}  // namespace fireproof::test
