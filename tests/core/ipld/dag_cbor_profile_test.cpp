// What is DAG-CBOR to us (0.14 format page, section 1.2; 0.24, section 0.2), and the limits of its reader.
#include <cmath>

#include "ipld/dag_cbor.hpp"
#include "ipld/dag_cbor_reader.hpp"
#include "support/catch.hpp"
#include "support/hex.hpp"

namespace fireproof::test {
namespace {

// A link to the empty shard.
constexpr const char* kLink =
    "d82a 5825 00 01711220 76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71";

void skips(std::string_view hex, bool accepted) {
  const Bytes bytes = from_hex(hex);
  DagCborReader reader(bytes);
  reader.skip();
  reader.end();
  CHECK(reader.ok() == accepted);
}

// Every item is read in two ways, which must agree: as a value, and passed over.
void accepts(std::string_view hex) {
  CAPTURE(hex);
  const auto value = dag_cbor::decode(from_hex(hex));
  CHECK(value.has_value());
  skips(hex, true);
}

void refuses(std::string_view hex) {
  const auto value = dag_cbor::decode(from_hex(hex));
  REQUIRE_FALSE(value);
  CHECK(value.error().code == ErrorCode::kCorruptBlock);
  CHECK(value.error().message.find(" at byte ") != std::string::npos);
  skips(hex, false);
}

std::string repeated(std::string_view hex, std::size_t times) {
  std::string text;
  for (; times > 0; --times) text += hex;
  return text;
}

TEST_CASE("what the tolerant profile accepts beside the canonical form") {
  accepts("a2 6162 01 6161 02");  // keys in any order
  accepts("f7");                  // undefined
  accepts("f93c00");              // float16
  accepts("fa3f800000");          // float32
  CHECK(dag_cbor::decode(from_hex("f7")) == Value());
  CHECK(dag_cbor::decode(from_hex("f93e00")) == Value(1.5));
  CHECK(dag_cbor::decode(from_hex("f98000"))->get<double>() != nullptr);
  CHECK(std::signbit(*dag_cbor::decode(from_hex("f98000"))->get<double>()));
  CHECK(dag_cbor::decode(from_hex("f90001")) == Value(5.960464477539063e-8));  // denormal
  CHECK(dag_cbor::decode(from_hex("f97bff")) == Value(65504.0));
  CHECK(dag_cbor::decode(from_hex("fac0200000")) == Value(-2.5));
}

TEST_CASE("what the profile refuses") {
  const auto [hex, why] = GENERATE(table<std::string, const char*>({
      {"", "nothing there"},
      {"1800", "0 in two bytes"},
      {"1817", "23 in two bytes"},
      {"1900ff", "255 in three bytes"},
      {"1a0000ffff", "65535 in five bytes"},
      {"1b00000000ffffffff", "2^32-1 in nine bytes"},
      {"3817", "-24 in two bytes"},
      {"580161", "length not in shortest form"},
      {"780161", "length not in shortest form"},
      {"980101", "length not in shortest form"},
      {"b801616101", "length not in shortest form"},
      {"d9002a4100", "tag not in shortest form"},
      {"5f4161ff", "indefinite bytes"},
      {"7f6161ff", "indefinite text"},
      {"9f01ff", "indefinite list"},
      {"bf616101ff", "indefinite map"},
      {"ff", "break"},
      {"1c", "reserved head"},
      {"fc", "reserved head"},
      {"c074323031332d30332d32315432303a30343a30305a", "tag 0"},
      {"d82b4100", "tag 43"},
      {"d82a00", "tag 42 of an integer"},
      {"d82a40", "link without bytes"},
      {"d82a4100", "link to no CID"},
      {"d82a46 00 01550000 00", "link with a byte after the CID"},
      {"d82a44 01550000", "link without the leading zero byte"},
      {"f97e00", "NaN"},
      {"f97c00", "infinity"},
      {"faff800000", "-infinity"},
      {"fb7ff8000000000000", "NaN"},
      {"fb7ff0000000000000", "infinity"},
      {"e0", "simple value 0"},
      {"f3", "simple value 19"},
      {"f8ff", "simple value 255"},
      {"f814", "false in two bytes"},
      {"62c328", "text that is not UTF-8"},
      {"63eda080", "text with a surrogate"},
      {"a1 01 02", "key that is no text"},
      {"a1 4161 02", "key that is no text"},
      {"a2 6161 01 6161 02", "duplicate key after itself"},
      {"a3 6161 01 6162 02 6161 03", "duplicate key later"},
      {"a3 6162 01 6161 02 6162 03", "duplicate key, others not in order"},
      {"a3 6162 01 6161 02 6161 03", "duplicate of the key that was out of order"},
      {"00 00", "bytes after the item"},
  }));
  CAPTURE(hex, why);
  refuses(hex);
}

TEST_CASE("1000 levels are read and 1001 refused") {
  for (const char* open : {"81", "a16161"}) {
    for (const char* innermost : {"80", "a0"}) {
      accepts(repeated(open, 999) + innermost);
      refuses(repeated(open, 1000) + innermost);
    }
    accepts(repeated(open, 1000) + "00");
    refuses(repeated(open, 1001) + "00");
    refuses(repeated(open, 100'000));
  }
}

TEST_CASE("a length that cannot be is refused before anything is allocated") {
  for (const char* head : {"9b", "bb", "5b", "7b"}) {
    for (const char* length : {"7fffffffffffffff", "8000000000000000", "8000000000000001",
                               "ffffffffffffffff", "0000000100000000"}) {
      CAPTURE(head, length);
      refuses(std::string(head) + length + "00");
    }
  }
  for (const char* hex : {"9b8000000000000000", "bb8000000000000000", "82 00", "a1 60"}) {
    CAPTURE(hex);
    const Bytes bytes = from_hex(hex);
    DagCborReader reader(bytes);
    const bool is_list = reader.peek() == DagCborReader::Kind::kList;
    CHECK((is_list ? reader.list() : reader.map()) == 0);
    CHECK_FALSE(reader.ok());
  }
  refuses("82 00");     // two items, one byte
  refuses("a1 60");     // one pair, one byte
  refuses("a2 60 00");  // two pairs, two bytes
}

TEST_CASE("no beginning of a document is a document") {
  const std::string entry =
      std::string("a5 6161 1903e8 6162 fb3ff8000000000000 6163 63 e282ac 6164 43010203 6165 ") +
      kLink;
  const Bytes document = from_hex("9828" + repeated(entry, 40));
  REQUIRE(dag_cbor::decode(document));
  for (std::size_t size = 0; size < document.size(); ++size) {
    const ByteView beginning = ByteView(document).first(size);
    DagCborReader reader(beginning);
    reader.skip();
    if (reader.ok() || dag_cbor::decode(beginning))
      FAIL("the first " << size << " bytes were accepted");
  }
}

}  // namespace
}  // namespace fireproof::test
