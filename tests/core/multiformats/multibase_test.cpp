#include "multiformats/multibase.hpp"

#include "support/catch.hpp"
#include "support/hex.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

constexpr std::array kBases{Base::kBase16, Base::kBase32, Base::kBase58Btc, Base::kBase64,
                            Base::kBase64Pad};

TEST_CASE("the test vectors of RFC 4648") {
  const auto [bytes, base16, base32, base64, padded] =
      GENERATE(table<std::string, std::string, std::string, std::string, std::string>({
          {"", "", "", "", ""},
          {"f", "66", "my", "Zg", "Zg=="},
          {"fo", "666f", "mzxq", "Zm8", "Zm8="},
          {"foo", "666f6f", "mzxw6", "Zm9v", "Zm9v"},
          {"foob", "666f6f62", "mzxw6yq", "Zm9vYg", "Zm9vYg=="},
          {"fooba", "666f6f6261", "mzxw6ytb", "Zm9vYmE", "Zm9vYmE="},
          {"foobar", "666f6f626172", "mzxw6ytboi", "Zm9vYmFy", "Zm9vYmFy"},
      }));
  const std::vector<std::pair<Base, std::string>> texts{{Base::kBase16, base16},
                                                        {Base::kBase32, base32},
                                                        {Base::kBase64, base64},
                                                        {Base::kBase64Pad, padded}};
  for (const auto& [base, text] : texts) {
    CAPTURE(text);
    CHECK(multibase::encode_bare(base, as_bytes(bytes)) == text);
    CHECK(multibase::decode_bare(base, text) == copy_of(as_bytes(bytes)));
  }
}

TEST_CASE("base58btc keeps leading zero bytes as leading ones") {
  const auto [hex, text] = GENERATE(table<const char*, const char*>({
      {"", ""},
      {"00", "1"},
      {"0000", "11"},
      {"0001", "12"},
      {"39", "z"},
      {"3a", "21"},
      {"ff", "5Q"},
      {"000000287fb4cd", "111233QC4"},
      {"48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U"},
  }));
  CHECK(multibase::encode_bare(Base::kBase58Btc, from_hex(hex)) == text);
  CHECK(multibase::decode_bare(Base::kBase58Btc, text) == from_hex(hex));
}

TEST_CASE("texts that no bytes have are refused") {
  const auto [base, text, why] = GENERATE(table<Base, const char*, const char*>({
      {Base::kBase16, "0", "half a byte"},
      {Base::kBase16, "0g", "outside the alphabet"},
      {Base::kBase16, "AB", "upper case"},
      {Base::kBase32, "a", "impossible length"},
      {Base::kBase32, "aaa", "impossible length"},
      {Base::kBase32, "aaaaaa", "impossible length"},
      {Base::kBase32, "mz", "left-over bits"},
      {Base::kBase32, "MY", "upper case"},
      {Base::kBase32, "m1", "outside the alphabet"},
      {Base::kBase32, "my======", "padding"},
      {Base::kBase58Btc, "0", "outside the alphabet"},
      {Base::kBase58Btc, "O", "outside the alphabet"},
      {Base::kBase58Btc, "I", "outside the alphabet"},
      {Base::kBase58Btc, "l", "outside the alphabet"},
      {Base::kBase58Btc, "2 ", "outside the alphabet"},
      {Base::kBase64, "A", "impossible length"},
      {Base::kBase64, "AAAAA", "impossible length"},
      {Base::kBase64, "Zh", "left-over bits"},
      {Base::kBase64, "Zg==", "padding"},
      {Base::kBase64, "-_", "the alphabet of base64url"},
      {Base::kBase64Pad, "Zg", "no padding"},
      {Base::kBase64Pad, "Zg=", "half the padding"},
      {Base::kBase64Pad, "Zm8==", "too much padding"},
      {Base::kBase64Pad, "Zh==", "left-over bits"},
      {Base::kBase64Pad, "Zm9v====", "padding instead of text"},
      {Base::kBase64Pad, "Z===", "padding instead of text"},
      {Base::kBase64Pad, "====", "nothing but padding"},
      {Base::kBase64Pad, "Zg==Zg==", "padding inside"},
  }));
  CAPTURE(text, why);
  CHECK_FALSE(multibase::decode_bare(base, text));
}

TEST_CASE("a multibase text starts with the character of a base that is known") {
  CHECK(multibase::encode(Base::kBase32, as_bytes("f")) == "bmy");
  CHECK(multibase::decode("bmy") == copy_of(as_bytes("f")));
  CHECK(multibase::decode("z") == Bytes{});
  CHECK_FALSE(multibase::decode(""));
  CHECK_FALSE(multibase::decode("Bmy"));
  CHECK_FALSE(multibase::decode("my="));
  CHECK_FALSE(multibase::decode(std::string_view("\0a", 2)));
}

TEST_CASE("base58btc stops at its longest text") {
  const std::string longest(multibase::kMaxBase58, 'z');
  const auto bytes = multibase::decode_bare(Base::kBase58Btc, longest);
  REQUIRE(bytes);
  CHECK(multibase::encode_bare(Base::kBase58Btc, *bytes) == longest);
  CHECK_FALSE(multibase::decode_bare(Base::kBase58Btc, longest + "z"));
}

TEST_CASE("random bytes come back from every base") {
  Random random;
  INFO(random.repeat());
  for (const Base base : kBases) {
    for (std::size_t size = 0; size < 200; ++size) {
      const Bytes bytes = random.bytes(size);
      const std::string text = multibase::encode(base, bytes);
      CAPTURE(text);
      CHECK(text[0] == static_cast<char>(base));
      CHECK(multibase::decode(text) == bytes);
    }
  }
}

TEST_CASE("every text that is accepted is the only one of its bytes") {
  Random random;
  INFO(random.repeat());
  for (const Base base : kBases) {
    for (int i = 0; i < 4'000; ++i) {
      const std::string valid = multibase::encode_bare(base, random.bytes(random.below(12)));
      const Bytes damaged = mutated(copy_of(as_bytes(valid)), random);
      const auto bytes = multibase::decode_bare(base, as_text(damaged));
      if (bytes && multibase::encode_bare(base, *bytes) != as_text(damaged)) {
        FAIL("two texts of the same bytes, one is " << as_text(damaged));
      }
    }
  }
}

}  // namespace
}  // namespace fireproof::test
