#include <algorithm>

#include "support/cars.hpp"
#include "support/catch.hpp"

namespace fireproof::test {
namespace {

TEST_CASE("the CAR inside version 2 is read where its header says") {
  const Bytes inner = small_car();
  const auto padding = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{500});
  const Bytes bytes = version2_of(inner, padding, "an index, which is not read");
  const auto car = car::parse(bytes);
  REQUIRE(car);
  REQUIRE(car->blocks.size() == small_blocks().size());
  CHECK(car->blocks[2].data.data() == bytes.data() + car->blocks[2].offset);
  CHECK(car::verify(*car));
}

TEST_CASE("a version 2 header that points elsewhere is refused") {
  const Bytes inner = small_car();
  const auto [offset, size] = GENERATE_COPY(table<std::uint64_t, std::uint64_t>({
      {50, inner.size()},  // into the header itself
      {0, inner.size()},
      {51, inner.size() + 1},  // behind the end
      {52, inner.size()},
      {51, 0},
      {51, UINT64_MAX},  // offset + size overflows
      {UINT64_MAX, 1},
      {UINT64_MAX - 10, 20},
      {51 + inner.size(), 0},
  }));
  CAPTURE(offset, size);
  Bytes header;
  append_le64(header, offset);
  append_le64(header, size);
  Bytes bytes = version2_of(inner, 0);
  std::copy(header.begin(), header.end(), bytes.begin() + 27);
  const auto refused = car::parse(bytes);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kCorruptCar);
}

TEST_CASE("errors in version 2 name the byte of the file") {
  Bytes inner = small_car();
  const std::size_t at = inner.size();
  inner.push_back(0);
  const auto refused = car::parse(version2_of(inner, 100));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "CAR: empty section at byte " + std::to_string(51 + 100 + at));
}

TEST_CASE("version 2 inside version 2 is refused") {
  CHECK_FALSE(car::parse(version2_of(version2_of(small_car(), 0), 0)));
}

TEST_CASE("no beginning of a CAR version 2 without index is one") {
  const Bytes bytes = version2_of(small_car(), 3);
  REQUIRE(car::parse(bytes));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(car::parse(ByteView(bytes).first(size)));
  }
}

}  // namespace
}  // namespace fireproof::test
