// Header blocks (format pages 0.14 section 4.3, 0.24 section 3.2).
#include "formats/car_header.hpp"

#include "ipld/dag_cbor.hpp"
#include "support/blocks.hpp"
#include "support/catch.hpp"
#include "support/writer_24.hpp"

namespace fireproof::test {
namespace {

Value map_of(std::vector<std::pair<std::string, Value>> members) {
  return Value(Map(std::move(members)));
}

Value list_of(std::vector<Value> items) { return Value(List(std::move(items))); }

const Cid kA = value_cid(1);
const Cid kB = value_cid(2);

Bytes header14(std::vector<std::pair<std::string, Value>> members) {
  return dag_cbor::encode(map_of({{"fp", map_of(std::move(members))}}));
}

template <typename Header>
void expect_corrupt(const Header& header) {
  REQUIRE(!header);
  CHECK(header.error().code == ErrorCode::kCorruptCar);
}

}  // namespace

TEST_CASE("a 0.14 header gives groups of one CAR each", "[formats]") {
  const auto header = read_header_14(header14({{"cars", list_of({Value(kA), Value(kB)})},
                                               {"head", list_of({Value(kA)})},
                                               {"compact", list_of({Value(kB)})}}));
  REQUIRE(header);
  REQUIRE(*header);
  CHECK(((*header)->cars == std::vector<CarGroup>{{kA}, {kB}}));
  CHECK(((*header)->compact == std::vector<CarGroup>{{kB}}));
  CHECK(((*header)->head == std::vector<Cid>{kA}));
}

TEST_CASE("a 0.24 header gives its groups", "[formats]") {
  const auto header = read_header_24(header_block_24({{kA, kB}, {kB}}, {{kA}}, {kB}));
  REQUIRE(header);
  REQUIRE(*header);
  CHECK(((*header)->cars == std::vector<CarGroup>{{kA, kB}, {kB}}));
  CHECK(((*header)->compact == std::vector<CarGroup>{{kA}}));
  CHECK(((*header)->head == std::vector<Cid>{kB}));
}

TEST_CASE("members that are not known are passed over", "[formats]") {
  const Value empty = list_of({});
  const auto header = read_header_14(
      header14({{"cars", empty}, {"head", empty}, {"compact", empty}, {"ttl", Value::integer(3)}}));
  REQUIRE(header);
  CHECK(*header);
}

TEST_CASE("a block that is no header is none, without an error", "[formats]") {
  for (const Bytes& block :
       {Bytes(), Bytes{0xff}, dag_cbor::encode(Value()), dag_cbor::encode(list_of({})),
        dag_cbor::encode(map_of({{"doc", map_of({})}}))}) {
    const auto as14 = read_header_14(block);
    REQUIRE(as14);
    CHECK_FALSE(*as14);
    const auto as24 = read_header_24(block);
    REQUIRE(as24);
    CHECK_FALSE(*as24);
  }
}

TEST_CASE("the header of an index store is none", "[formats]") {
  const Value empty = list_of({});
  const auto as14 =
      read_header_14(header14({{"cars", empty}, {"compact", empty}, {"indexes", map_of({})}}));
  REQUIRE(as14);
  CHECK_FALSE(*as14);
  const auto as24 = read_header_24(
      header14({{"cars", empty}, {"compact", empty}, {"meta", map_of({{"indexes", map_of({})}})}}));
  REQUIRE(as24);
  CHECK_FALSE(*as24);
}

TEST_CASE("a header with a part missing or of another kind is corrupt-car", "[formats]") {
  const Value empty = list_of({});
  const Value texts = list_of({Value(std::string("a"))});
  expect_corrupt(read_header_14(header14({{"head", empty}, {"compact", empty}})));
  expect_corrupt(read_header_14(header14({{"cars", empty}, {"compact", empty}})));
  expect_corrupt(read_header_14(header14({{"cars", empty}, {"head", empty}})));
  expect_corrupt(read_header_14(header14({{"cars", texts}, {"head", empty}, {"compact", empty}})));
  expect_corrupt(read_header_14(header14({{"cars", empty}, {"head", texts}, {"compact", empty}})));
  expect_corrupt(
      read_header_14(header14({{"cars", empty}, {"head", map_of({})}, {"compact", empty}})));
  expect_corrupt(read_header_14(dag_cbor::encode(map_of({{"fp", Value()}}))));

  const Value meta = map_of({{"head", empty}});
  expect_corrupt(read_header_24(header14({{"cars", empty}, {"compact", empty}})));
  expect_corrupt(read_header_24(header14({{"compact", empty}, {"meta", meta}})));
  expect_corrupt(read_header_24(header14({{"cars", empty}, {"meta", meta}})));
  expect_corrupt(
      read_header_24(header14({{"cars", empty}, {"compact", empty}, {"meta", map_of({})}})));
  expect_corrupt(read_header_24(
      header14({{"cars", list_of({Value(kA)})}, {"compact", empty}, {"meta", meta}})));
  expect_corrupt(
      read_header_24(header14({{"cars", list_of({empty})}, {"compact", empty}, {"meta", meta}})));
  expect_corrupt(
      read_header_24(header14({{"cars", list_of({texts})}, {"compact", empty}, {"meta", meta}})));
  expect_corrupt(read_header_24(dag_cbor::encode(map_of({{"fp", list_of({})}}))));
}

}  // namespace fireproof::test
