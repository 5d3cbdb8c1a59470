// Event blocks as the package writes them (format pages 0.14 section 5.1, 0.24 section 5.1).
#include "ipld/dag_cbor.hpp"
#include "support/blocks.hpp"
#include "support/catch.hpp"
#include "support/opened_fixture.hpp"

namespace fireproof::test {

TEST_CASE("every event of the package is encoded again byte for byte", "[events]") {
  std::size_t events = 0;
  std::size_t batches = 0;
  for (const Fixture& fixture : fixtures()) {
    INFO(fixture.name);
    const OpenedFixture opened(fixture);
    for (const auto& [car, content] : opened.cars) {
      if (car.kind != CarKind::kData) continue;
      for (const OpenedBlock& block : content.blocks) {
        const auto event = decode_event(block.data);
        if (!event) continue;
        ++events;
        if (event->ops.size() > 1) ++batches;
        CHECK(looks_like_event(block.data));
        const bool is_equal = encode_event(*event) == copy_of(block.data);
        CHECK(is_equal);
      }
    }
  }
  CHECK(events > 3000);
  CHECK(batches > 5);
}

TEST_CASE("parents keep the order that they are given", "[events]") {
  const Event event{
      {value_cid(3), value_cid(1), value_cid(2)}, value_cid(9), {{false, "key", value_cid(4)}}};
  const auto read = decode_event(encode_event(event));
  REQUIRE(read);
  CHECK(read->parents == event.parents);
  CHECK(read->root == event.root);
  REQUIRE(read->ops.size() == 1);
  CHECK(read->ops[0].key == "key");
  CHECK(read->ops[0].value == value_cid(4));
}

}  // namespace fireproof::test
