#include "crypto/secret_key.hpp"

#include "support/catch.hpp"
#include "support/hex.hpp"

namespace fireproof::test {
namespace {

constexpr const char* kHex16 = "000102030405060708090a0b0c0d0eff";
constexpr const char* kHex32 = "5e66f74d42b07f168995736f8dd020c52f01f9743deebe58a5bca85197f3e803";

TEST_CASE("a key is read from hex of either case and written in lower case") {
  const auto lower = SecretKey::parse(kHex32, 32);
  REQUIRE(lower);
  CHECK(to_hex(lower->bytes()) == kHex32);
  CHECK(lower->hex() == kHex32);

  std::string upper = kHex32;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  REQUIRE(SecretKey::parse(upper, 32));
  CHECK(*SecretKey::parse(upper, 32) == *lower);
}

TEST_CASE("a key is read from base58btc and written so, leading zeros included") {
  const auto key = SecretKey::parse(kHex16, 16);
  REQUIRE(key);
  CHECK(key->base58().starts_with("z1"));
  REQUIRE(SecretKey::parse(key->base58(), 16));
  CHECK(*SecretKey::parse(key->base58(), 16) == *key);
}

TEST_CASE("a base58btc text that is as long as the hex of a key is not taken for hex") {
  const auto key = SecretKey::parse("z2", 1);
  REQUIRE(key);
  CHECK(key->hex() == "01");
}

TEST_CASE("texts of the wrong length or spelling are refused, and never repeated in the message") {
  const SecretKey key(from_hex(kHex32));
  const std::string hex = key.hex();
  const std::string base58 = key.base58();
  for (const std::string& text :
       {std::string(), std::string("z"), hex.substr(1), hex.substr(2), hex + "0", hex + "00",
        hex.substr(0, 63) + "g", " " + hex.substr(1), base58.substr(1), base58 + "1",
        base58.substr(0, base58.size() - 1) + "0", "m" + base58.substr(1), "z" + hex,
        std::string(2000, 'z'), std::string(kHex16)}) {
    CAPTURE(text);
    const auto refused = SecretKey::parse(text, 32);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kInvalidKey);
    CHECK(refused.error().message.find("32 bytes") != std::string::npos);
    if (text.size() > 3) CHECK(refused.error().message.find(text) == std::string::npos);
  }
  CHECK_FALSE(SecretKey::parse(hex, 16));
  CHECK_FALSE(SecretKey::parse(base58, 16));
}

TEST_CASE("keys are equal when their bytes and lengths are") {
  const SecretKey zero16(Bytes(16, 0));
  CHECK(zero16 == SecretKey(Bytes(16, 0)));
  CHECK_FALSE(zero16 == SecretKey(Bytes(32, 0)));
  CHECK_FALSE(zero16 == SecretKey(Bytes(16, 1)));
}

TEST_CASE("the id of a key is the SHA-256 of its bytes") {
  const SecretKey key(from_hex(kHex16));
  CHECK(key.id() == sha256(from_hex(kHex16)));
}

TEST_CASE("wiping leaves zeros of the same length") {
  std::string text = "secret";
  wipe(text);
  CHECK(text == std::string(6, '\0'));
  Bytes bytes{1, 2, 3};
  wipe(bytes);
  CHECK(bytes == Bytes(3, 0));
  Bytes nothing;
  wipe(nothing);
  CHECK(nothing.empty());
}

}  // namespace
}  // namespace fireproof::test
