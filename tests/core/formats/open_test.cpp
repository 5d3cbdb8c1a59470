// Opening CARs, and reading single blocks out of stored ones.
#include <iostream>

#include "formats/sealed_car_24.hpp"
#include "ipld/dag_cbor.hpp"
#include "support/cars.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/opened_fixture.hpp"
#include "support/random.hpp"
#include "support/writer_24.hpp"

namespace fireproof::test {
namespace {

KeyRing ring_of(std::string_view hex, std::size_t size) {
  KeyRing ring;
  ring.set_default(*SecretKey::parse(hex, size));
  return ring;
}

std::optional<ErrorCode> refusal(const Result<OpenedCar>& opened, const Cid& name) {
  if (opened) return std::nullopt;
  CHECK(opened.error().message.find(name.text()) != std::string::npos);
  return opened.error().code;
}

}  // namespace

TEST_CASE("every CAR of every fixture opens, and data CARs have a header", "[formats][fixtures]") {
  int cars = 0;
  int without_header = 0;
  for (const Fixture& fixture : fixtures()) {
    INFO(fixture.name);
    const OpenedFixture opened(fixture);
    for (const auto& [car, content] : opened.cars) {
      INFO(car.name.text());
      ++cars;
      CHECK_FALSE(content.roots.empty());
      CHECK_FALSE(content.blocks.empty());
      for (const OpenedBlock& block : content.blocks) {
        if (!matches(block.cid, block.data)) FAIL(block.cid.text());
      }
      if (car.kind == CarKind::kFile) {
        CHECK_FALSE(content.header);
      } else if (!content.header) {
        ++without_header;  // the second CAR of a group
      }
    }
  }
  CHECK(without_header == 1);  // j-multicar's
  std::cout << "formats, CARs opened: " << cars << " CARs\n";
}

TEST_CASE("every block can be read alone from its range of the stored CAR", "[formats][fixtures]") {
  int blocks = 0;
  for (const Fixture& fixture : fixtures()) {
    INFO(fixture.name);
    const OpenedFixture opened(fixture);
    for (const auto& [car, content] : opened.cars) {
      const Bytes stored = read_file(car.path);
      for (const OpenedBlock& block : content.blocks) {
        Bytes range = copy_of(ByteView(stored).subspan(block.stored_offset, block.stored_size));
        const auto data = open_range(car.name, content.layout, block.cid, block.stored_offset,
                                     range, opened.keys);
        if (!data || !equal(*data, block.data)) FAIL(car.name.text() << " " << block.cid.text());
        ++blocks;
      }
    }
  }
  std::cout << "formats, blocks read from ranges: " << blocks << " blocks\n";
}

TEST_CASE("a range that is damaged, shifted or under another key gives nothing", "[formats]") {
  for (const char* name :
       {"0.14/a-basic-encrypted", "0.14/b-public", "0.24/a-three-docs", "0.24/b-insecure"}) {
    INFO(name);
    const OpenedFixture opened(fixture(name));
    const auto& car = opened.cars.front().first;
    const auto& content = opened.cars.front().second;
    const Bytes stored = read_file(car.path);
    const OpenedBlock& block = content.blocks.back();
    const auto read = [&](std::uint32_t offset, std::uint32_t size, const KeyRing& keys,
                          int flip = -1) {
      Bytes range = copy_of(ByteView(stored).subspan(offset, size));
      if (flip >= 0) range[static_cast<std::size_t>(flip)] ^= 1;
      return open_range(car.name, content.layout, block.cid, offset, range, keys).has_value();
    };
    CHECK(read(block.stored_offset, block.stored_size, opened.keys));
    for (int i = 0; i < static_cast<int>(block.stored_size); ++i) {
      if (read(block.stored_offset, block.stored_size, opened.keys, i)) FAIL("byte " << i);
    }
    CHECK_FALSE(read(block.stored_offset - 1, block.stored_size, opened.keys));
    CHECK_FALSE(read(block.stored_offset, block.stored_size - 1, opened.keys));
    CHECK_FALSE(read(block.stored_offset, 0, opened.keys));
    CHECK_FALSE(read(0, 1, opened.keys));
    if (!opened.keys.empty()) {
      const KeyRing other =
          ring_of(std::string(opened.format.key_size() * 2, 'e'), opened.format.key_size());
      CHECK_FALSE(read(block.stored_offset, block.stored_size, other));
      CHECK_FALSE(read(block.stored_offset, block.stored_size, KeyRing()));
      KeyRing both;
      both.add(other.default_key()->secret);
      both.add(opened.keys.default_key()->secret);
      CHECK(read(block.stored_offset, block.stored_size, both));
    }
  }
}

TEST_CASE(
    "a plain CAR in an encrypted database is key-mismatch; public attachments of 0.14 are not",
    "[formats]") {
  const Bytes plain = small_car();
  const Cid name24 = cid_of(codec::kCar24, plain);
  const KeyRing key24 = ring_of(kKey24, 16);
  CHECK(refusal(format_24().open(name24, plain, key24, CarKind::kData), name24) ==
        ErrorCode::kKeyMismatch);
  CHECK(refusal(format_24().open(name24, plain, key24, CarKind::kFile), name24) ==
        ErrorCode::kKeyMismatch);
  CHECK(format_24().open(name24, plain, KeyRing(), CarKind::kFile));
  const Cid name14 = cid_of(codec::kRaw, plain);
  const KeyRing key14 = ring_of(std::string(64, 'a'), 32);
  CHECK(refusal(format_14().open(name14, plain, key14, CarKind::kData), name14) ==
        ErrorCode::kKeyMismatch);
  CHECK(format_14().open(name14, plain, key14, CarKind::kFile));
  CHECK(format_14().open(name14, plain, KeyRing(), CarKind::kFile));
}

TEST_CASE("a name of the other generation is refused, even with the right digest", "[formats]") {
  const Bytes plain = small_car();
  for (const std::uint64_t codec :
       {codec::kRaw, codec::kDagCbor, codec::kCar24, codec::kSealed14}) {
    const Cid name = cid_of(codec, plain);
    if (codec != codec::kRaw) {
      CHECK(refusal(format_14().open(name, plain, KeyRing(), CarKind::kData), name) ==
            ErrorCode::kCorruptCar);
    }
    if (codec != codec::kCar24) {
      CHECK(refusal(format_24().open(name, plain, KeyRing(), CarKind::kData), name) ==
            ErrorCode::kCorruptCar);
    }
  }
}

TEST_CASE(
    "blocks that do not match their CIDs are corrupt-block, although the CAR matches its name",
    "[formats]") {
  const Cid wrong = value_cid(1);
  const Bytes plain = plain_car({{wrong, Bytes{1, 2, 3}}});
  const Cid name24 = cid_of(codec::kCar24, plain);
  CHECK(refusal(format_24().open(name24, plain, KeyRing(), CarKind::kData), name24) ==
        ErrorCode::kCorruptBlock);
  const KeyRing keys = ring_of(kKey24, 16);
  CHECK(refusal(format_24().open(name24, sealed_car_24::seal(name24, plain, *keys.default_key()),
                                 keys, CarKind::kData),
                name24) == ErrorCode::kCorruptBlock);
  const Cid name14 = cid_of(codec::kRaw, plain);
  CHECK(refusal(format_14().open(name14, plain, KeyRing(), CarKind::kData), name14) ==
        ErrorCode::kCorruptBlock);
}

TEST_CASE("empty input is no CAR", "[formats]") {
  const Cid name24 = cid_of(codec::kCar24, {});
  const Cid name14 = cid_of(codec::kRaw, {});
  CHECK(refusal(format_24().open(name24, {}, KeyRing(), CarKind::kData), name24) ==
        ErrorCode::kCorruptCar);
  CHECK(refusal(format_14().open(name14, {}, KeyRing(), CarKind::kData), name14) ==
        ErrorCode::kCorruptCar);
}

TEST_CASE("only the names 0.14 and 0.24 are formats", "[formats]") {
  CHECK(find_format("0.14") == &format_14());
  CHECK(find_format("0.24") == &format_24());
  for (const char* name : {"", "0.1", "0.140", "0.24.19", "24"})
    CHECK(find_format(name) == nullptr);
}

}  // namespace fireproof::test
