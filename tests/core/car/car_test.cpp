#include "car/car.hpp"

#include <algorithm>

#include "multiformats/varint.hpp"
#include "support/cars.hpp"
#include "support/catch.hpp"
#include "support/hex.hpp"

namespace fireproof::test {
namespace {

// A header of this DAG-CBOR item.
Bytes header_of(std::string_view hex) {
  const Bytes item = from_hex(hex);
  Bytes bytes;
  varint::append(bytes, item.size());
  append(bytes, item);
  return bytes;
}

void refuses(ByteView bytes) {
  const auto refused = car::parse(bytes);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kCorruptCar);
  CHECK(refused.error().message.find(" at byte ") != std::string::npos);
}

TEST_CASE("the header with one root is 59 bytes (0.14 format page, section 4.1)") {
  const Cid root = Cid::sha256(codec::kDagCbor, Bytes(32, 0xCC));
  CHECK(to_hex(car::write_header(std::vector{root})) ==
        "3aa265726f6f747381d82a58250001711220" + to_hex(Bytes(32, 0xCC)) + "6776657273696f6e01");
  CHECK(to_hex(car::write_header({})) == "11a265726f6f7473806776657273696f6e01");
}

TEST_CASE("what is written is read again, with the place of each block") {
  const std::vector<Block>& blocks = small_blocks();
  const Bytes bytes = small_car();
  const auto car = car::parse(bytes);
  REQUIRE(car);
  CHECK(car->roots == std::vector{blocks[0].cid});
  REQUIRE(car->blocks.size() == blocks.size());
  std::size_t end = car::write_header(car->roots).size();
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    CHECK(car->blocks[i].cid == blocks[i].cid);
    CHECK(equal(car->blocks[i].data, blocks[i].data));
    CHECK(car->blocks[i].data.data() == bytes.data() + car->blocks[i].offset);
    end += car::block_size(blocks[i].cid, blocks[i].data.size());
    CHECK(car->blocks[i].offset + blocks[i].data.size() == end);
  }
  CHECK(end == bytes.size());
  CHECK(car::verify(*car));
}

TEST_CASE("a CAR may have no roots and no blocks") {
  const Bytes bytes = car_of({}, {});
  const auto car = car::parse(bytes);
  REQUIRE(car);
  CHECK(car->roots.empty());
  CHECK(car->blocks.empty());
  CHECK(car::verify(*car));
}

TEST_CASE("no beginning of a CAR is that CAR") {
  const Bytes bytes = small_car();
  std::size_t end = car::write_header(std::vector{small_blocks()[0].cid}).size();
  std::vector<std::size_t> ends{end};
  for (const Block& block : small_blocks()) {
    ends.push_back(end += car::block_size(block.cid, block.data.size()));
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    if (std::find(ends.begin(), ends.end(), size) != ends.end()) {
      CHECK(car::parse(ByteView(bytes).first(size)));  // whole, with fewer blocks
    } else {
      refuses(ByteView(bytes).first(size));
    }
  }
}

TEST_CASE("headers that are none are refused") {
  const auto [hex, why] = GENERATE(table<const char*, const char*>({
      {"", "empty"},
      {"80", "a list"},
      {"a0", "no members"},
      {"a1 65726f6f7473 80", "no version"},
      {"a1 6776657273696f6e 01", "no roots"},
      {"a2 65726f6f7473 80 6776657273696f6e 02", "version 2 with roots"},
      {"a2 65726f6f7473 80 6776657273696f6e 20", "version -1"},
      {"a2 65726f6f7473 80 6776657273696f6e f93c00", "version 1.0"},
      {"a2 65726f6f7473 a0 6776657273696f6e 01", "roots are a map"},
      {"a2 65726f6f7473 81 00 6776657273696f6e 01", "a root that is no link"},
      {"a2 65726f6f7473 80 65726f6f7473 80", "roots twice"},
      {"a3 65726f6f7473 80 6776657273696f6e 01 6161 00", "another member"},
      {"a2 65726f6f7473 80 6776657273696f6e 01 00", "bytes after the header's item"},
  }));
  CAPTURE(why);
  refuses(header_of(hex));
}

TEST_CASE("the members of a header may come in any order") {
  CHECK(car::parse(header_of("a2 6776657273696f6e 01 65726f6f7473 80")));
}

TEST_CASE("sections that are none are refused") {
  const auto [hex, why] = GENERATE(table<const char*, const char*>({
      {"00", "empty section"},
      {"00000000", "padding with zeros"},
      {"8000", "length not in shortest form"},
      {"80", "truncated length"},
      {"ffffffffffffffff7f", "2^63-1 bytes announced"},
      {"0100", "no CID"},
      {"0401711220", "CID without digest"},
      {"0402550000", "CID of version 2"},
  }));
  CAPTURE(hex, why);
  Bytes bytes = small_car();
  append(bytes, from_hex(hex));
  refuses(bytes);
}

TEST_CASE("more than a million roots are refused before they are read") {
  Bytes item = from_hex("a2 65726f6f7473 9a000f4241");
  item.resize(item.size() + car::kMaxRoots + 100);
  Bytes bytes;
  varint::append(bytes, item.size());
  append(bytes, item);
  const auto refused = car::parse(bytes);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kCorruptCar);
  CHECK(refused.error().message.find("too many roots") != std::string::npos);
}

TEST_CASE("verification names the first block that does not match") {
  std::vector<Block> blocks = small_blocks();
  blocks[1].data = {1};
  const Bytes bytes = car_of({}, blocks);
  const auto car = car::parse(bytes);
  REQUIRE(car);
  const Status status = car::verify(*car);
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::kCorruptBlock);
  CHECK(status.error().message.find(blocks[1].cid.text()) != std::string::npos);
}

}  // namespace
}  // namespace fireproof::test
