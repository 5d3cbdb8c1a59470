#include "ipld/dag_cbor_reader.hpp"

#include "support/catch.hpp"
#include "support/hex.hpp"

namespace fireproof::test {
namespace {

using Kind = DagCborReader::Kind;

// A link to the empty shard.
constexpr const char* kLink =
    "d82a 5825 00 01711220 76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71";

TEST_CASE("what a structure is made of is read item by item") {
  const Bytes bytes =
      from_hex(std::string("a3 61 61 82 01 20 62 6262 fb3ff8000000000000 63 636363 ") + kLink);
  DagCborReader reader(bytes);
  reader.map_of(3);
  reader.key("a");
  reader.list_of(2);
  CHECK(reader.peek() == Kind::kInteger);
  CHECK(reader.integer() == Integer{1, false});
  CHECK(reader.integer() == Integer{0, true});
  reader.key("bb");
  CHECK(reader.peek() == Kind::kFloat);
  CHECK(reader.number() == 1.5);
  reader.key("ccc");
  CHECK(reader.peek() == Kind::kLink);
  CHECK(reader.link().text() == "bafyreidwx2fvfdiaox32v2mnn6sxu3j4qoxeqcuenhtgrv5qv6litfnmoe");
  CHECK(reader.position() == bytes.size());
  reader.end();
  CHECK(reader.ok());
  CHECK(reader.error().empty());
  CHECK(reader.status(ErrorCode::kCorruptBlock, "block"));
}

TEST_CASE("the first failure sticks, and says what and where") {
  const Bytes bytes = from_hex("82 01 6161");
  DagCborReader reader(bytes);
  CHECK(reader.list() == 2);
  CHECK(reader.text().empty());
  const std::string error = reader.error();
  CHECK(error.starts_with("expected a text at byte "));
  CHECK_FALSE(reader.ok());
  CHECK(reader.peek() == Kind::kInvalid);
  CHECK(reader.integer() == Integer{});
  CHECK(reader.number() == 0);
  CHECK_FALSE(reader.boolean());
  CHECK(reader.bytes().empty());
  CHECK(reader.link().empty());
  CHECK(reader.list() == 0);
  CHECK(reader.map() == 0);
  reader.null();
  reader.skip();
  reader.refuse("something else");
  reader.end();
  CHECK(reader.error() == error);
  const Status status = reader.status(ErrorCode::kCorruptMeta, "the meta");
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::kCorruptMeta);
  CHECK(status.error().message == "the meta: " + error);
}

TEST_CASE("expectations that are not met are failures") {
  const auto fails = [](std::string_view hex, void (*read)(DagCborReader&)) {
    const Bytes bytes = from_hex(hex);
    DagCborReader reader(bytes);
    read(reader);
    return !reader.ok();
  };
  CHECK(fails("80", [](DagCborReader& r) { r.list_of(1); }));
  CHECK(fails("a0", [](DagCborReader& r) { r.map_of(1); }));
  CHECK(fails("a0", [](DagCborReader& r) { r.list_of(0); }));
  CHECK(fails("80", [](DagCborReader& r) { r.map_of(0); }));
  CHECK(fails("6161", [](DagCborReader& r) { r.key("b"); }));
  CHECK(fails("01", [](DagCborReader& r) { r.number(); }));
  CHECK(fails("f90000", [](DagCborReader& r) { r.integer(); }));
  CHECK(fails("f6", [](DagCborReader& r) { r.boolean(); }));
  CHECK(fails("f5", [](DagCborReader& r) { r.null(); }));
  CHECK(fails("40", [](DagCborReader& r) { r.text(); }));
  CHECK(fails("60", [](DagCborReader& r) { r.bytes(); }));
  CHECK(fails("40", [](DagCborReader& r) { r.link(); }));
  CHECK(fails("0000", [](DagCborReader& r) { r.skip(), r.end(); }));
}

}  // namespace
}  // namespace fireproof::test
