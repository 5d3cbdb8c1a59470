#include "multiformats/varint.hpp"

#include "support/catch.hpp"
#include "support/hex.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

TEST_CASE("varints grow by a byte every 7 bits") {
  const auto [value, hex] = GENERATE(table<std::uint64_t, const char*>({
      {0, "00"},
      {1, "01"},
      {0x7F, "7f"},
      {0x80, "8001"},
      {0xFF, "ff01"},
      {0x3FFF, "ff7f"},
      {0x4000, "808001"},
      {0x300539, "b98ac001"},
      {0xFFFFFFFF, "ffffffff0f"},
      {0x100000000, "8080808010"},
      {0x00FFFFFFFFFFFFFF, "ffffffffffffff7f"},
      {0x0100000000000000, "808080808080808001"},
      {0x7FFFFFFFFFFFFFFF, "ffffffffffffffff7f"},
  }));
  CAPTURE(value);
  Bytes bytes;
  varint::append(bytes, value);
  CHECK(to_hex(bytes) == hex);
  CHECK(varint::size(value) == bytes.size());

  bytes.push_back(0xAA);  // what follows is not touched
  const auto decoded = varint::decode(bytes);
  REQUIRE(decoded);
  CHECK(decoded->value == value);
  CHECK(decoded->size == bytes.size() - 1);
}

TEST_CASE("varints that are truncated, too long or too large are refused") {
  const auto [hex, why] = GENERATE(table<const char*, const char*>({
      {"", "nothing there"},
      {"80", "truncated"},
      {"ffffffffffffffff", "truncated after 8 bytes"},
      {"ffffffffffffffffff", "the ninth byte announces a tenth"},
      {"80808080808080808001", "2^63"},
      {"ffffffffffffffffff01", "2^64-1"},
      {"8000", "0 in two bytes"},
      {"8100", "1 in two bytes"},
      {"ff8000", "127 in three bytes"},
      {"80808080808080808000", "0 in ten bytes"},
  }));
  CAPTURE(hex, why);
  CHECK_FALSE(varint::decode(from_hex(hex)));
}

TEST_CASE("the size of a varint is known without writing it, up to 10 bytes") {
  CHECK(varint::size(0x7FFFFFFFFFFFFFFF) == 9);
  CHECK(varint::size(0x8000000000000000) == 10);
  CHECK(varint::size(UINT64_MAX) == 10);
}

TEST_CASE("10,000 random varints come back as they were written") {
  Random random;
  INFO(random.repeat());
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t value = random.next() >> (1 + random.below(63));
    Bytes bytes;
    varint::append(bytes, value);
    const auto decoded = varint::decode(bytes);
    if (!decoded || decoded->value != value || decoded->size != bytes.size() ||
        varint::size(value) != bytes.size()) {
      FAIL("number " << value << " written as " << to_hex(bytes));
    }
  }
}

}  // namespace
}  // namespace fireproof::test
