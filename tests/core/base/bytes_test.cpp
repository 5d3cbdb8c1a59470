#include "base/bytes.hpp"

#include "support/catch.hpp"
#include "support/hex.hpp"

namespace fireproof::test {
namespace {

TEST_CASE("bytes are ordered as unsigned numbers, and a prefix comes first") {
  const std::vector<Bytes> ascending{{},
                                     from_hex("00"),
                                     from_hex("0000"),
                                     from_hex("00ff"),
                                     from_hex("01"),
                                     from_hex("7f"),
                                     from_hex("80"),
                                     from_hex("ff")};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      CAPTURE(to_hex(ascending[i]), to_hex(ascending[j]));
      CHECK(less(ascending[i], ascending[j]) == (i < j));
      CHECK(equal(ascending[i], ascending[j]) == (i == j));
    }
  }
}

TEST_CASE("little-endian numbers are written and read byte by byte") {
  Bytes bytes;
  append_le32(bytes, 0x01020304);
  append_le64(bytes, 0xF1F2F3F4F5F6F7F8);
  CHECK(to_hex(bytes) ==
        "04030201"
        "f8f7f6f5f4f3f2f1");
  CHECK(load_le32(bytes) == 0x01020304);
  CHECK(load_le64(ByteView(bytes).subspan(4)) == 0xF1F2F3F4F5F6F7F8);
}

TEST_CASE("bytes and text are two views of the same memory") {
  const std::string text("a\0\xff", 3);
  CHECK(as_text(as_bytes(text)) == text);
  CHECK(as_bytes(text).data() == static_cast<const void*>(text.data()));
}

TEST_CASE("the bits of a number can be seen as another type") {
  CHECK(bits_as<std::uint64_t>(1.0) == 0x3FF0000000000000);
  CHECK(bits_as<float>(std::uint32_t{0xC0000000}) == -2.0F);
}

}  // namespace
}  // namespace fireproof::test
