#include "support/cars.hpp"
#include "support/catch.hpp"
#include "support/hex.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

TEST_CASE("20,000 damaged CARs are refused, or read and written again") {
  Random random;
  INFO(random.repeat());
  const std::vector<Bytes> valid{small_car(), version2_of(small_car(), 5, "index")};
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Bytes bytes = mutated(valid[random.below(valid.size())], random);
    const auto car = car::parse(bytes);
    if (!car) {
      if (car.error().code != ErrorCode::kCorruptCar) FAIL(to_hex(bytes));
      continue;
    }
    ++accepted;
    (void)car::verify(*car);
    Bytes written = car::write_header(car->roots);
    for (const CarBlock& block : car->blocks) {
      if (block.data.data() != bytes.data() + block.offset) FAIL("offset in " << to_hex(bytes));
      car::append_block(written, block.cid, block.data);
    }
    const auto again = car::parse(written);
    if (!again || again->roots != car->roots || again->blocks.size() != car->blocks.size()) {
      FAIL("case " << i << ": " << to_hex(bytes));
    }
  }
  CHECK(accepted > 0);
  CHECK(accepted < 20'000);
}

}  // namespace
}  // namespace fireproof::test
