// Damage to the CARs of every fixture, above and below their hashes.
//
// Each fixture gets kTruncations cuts of every CAR, and kFlips bit flips spread over its CARs, at least kFlipsPerCar for
// each. FIREPROOF_DAMAGE, a percentage (100 if it is not set), scales all numbers; no CAR is left without damage.
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "formats/sealed_block_14.hpp"
#include "formats/sealed_car_24.hpp"
#include "ipld/dag_cbor.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/opened_fixture.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

std::size_t scaled(std::size_t count) {
  const char* text = std::getenv("FIREPROOF_DAMAGE");
  const std::size_t percent = text ? std::strtoul(text, nullptr, 10) : 100;
  return std::max<std::size_t>(1, count * percent / 100);
}

constexpr std::size_t kTruncations = 20;
constexpr std::size_t kFlips = 200;
constexpr std::size_t kFlipsPerCar = 20;
constexpr std::size_t kRenamed = 10;  // mutations below the hash, for each CAR

bool is_damage(ErrorCode code) {
  return code == ErrorCode::kCorruptCar || code == ErrorCode::kCorruptBlock;
}

// A CAR in memory, opened in many damaged forms.
struct Subject {
  const Fixture& fixture;
  const FixtureCar& car;
  const KeyRing& keys;
  Bytes bytes;

  [[nodiscard]] Result<OpenedCar> open(Bytes stored, const KeyRing& with) const {
    return format_of(fixture).open(car.name, std::move(stored), with, car.kind);
  }
};

// Expects an error with this code (none: either code of damage), which names the CAR.
void expect_refused(const Subject& subject, const Result<OpenedCar>& opened,
                    std::optional<ErrorCode> code, const std::string& what) {
  const std::string name = subject.car.name.text();
  if (opened) FAIL(subject.fixture.name << " " << name << " opened " << what);
  const bool as_expected = code ? opened.error().code == *code : is_damage(opened.error().code);
  if (!as_expected || opened.error().message.find(name) == std::string::npos) {
    FAIL(subject.fixture.name << " " << name << " " << what << ": "
                              << error_name(opened.error().code) << " " << opened.error().message);
  }
}

template <typename Function>
void for_each_car(Function&& function) {
  for (const Fixture& fixture : fixtures()) {
    const KeyRing keys = keys_of(fixture);
    const auto cars = cars_of(fixture);
    for (const FixtureCar& car : cars)
      function(Subject{fixture, car, keys, read_file(car.path)}, cars.size());
  }
}

Bytes flipped(Bytes bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ 1U << bit % 8);
  return bytes;
}

// A bit of a CAR: anywhere, but often in its first or last bytes, where lengths and key ids are.
std::size_t some_bit(std::size_t size, Random& random) {
  const std::size_t edge = std::min<std::size_t>(size, 100);
  switch (random.below(4)) {
    case 0:
      return random.below(edge * 8);
    case 1:
      return (size - edge) * 8 + random.below(edge * 8);
    default:
      return random.below(size * 8);
  }
}

KeyRing wrong_keys(const Fixture& fixture) {
  KeyRing keys;
  keys.set_default(SecretKey(Bytes(format_of(fixture).key_size(), 0x5a)));
  return keys;
}

// Whether the CAR needs a key: public attachments do not.
bool is_sealed(const Subject& subject) {
  const auto opened = subject.open(subject.bytes, subject.keys);
  return opened->layout.sealing != Sealing::kPlain;
}

}  // namespace

TEST_CASE("a truncated CAR is refused by name, wherever it was cut", "[damage]") {
  Random random;
  INFO(random.repeat());
  std::size_t cases = 0;
  for_each_car([&](const Subject& subject, std::size_t) {
    const std::size_t size = subject.bytes.size();
    for (std::size_t i = 0; i < scaled(kTruncations); ++i) {
      // The first bytes, the last ones, and places between.
      const std::size_t at = i < 5    ? std::min(i, size - 1)
                             : i < 10 ? size - (i - 4)
                                      : random.below(size);
      expect_refused(subject,
                     subject.open(copy_of(ByteView(subject.bytes).first(at)), subject.keys),
                     ErrorCode::kCorruptCar, "cut at " + std::to_string(at));
      ++cases;
    }
    Bytes longer = subject.bytes;
    longer.push_back(0);
    expect_refused(subject, subject.open(std::move(longer), subject.keys), ErrorCode::kCorruptCar,
                   "with a byte too many");
  });
  std::cout << "damage, truncated CARs: " << cases << " cases\n";
}

TEST_CASE("a CAR with a flipped bit is refused by name, whichever bit it is", "[damage]") {
  Random random;
  INFO(random.repeat());
  std::size_t cases = 0;
  for_each_car([&](const Subject& subject, std::size_t cars) {
    for (std::size_t n = scaled(std::max(kFlipsPerCar, (kFlips + cars - 1) / cars)); n > 0; --n) {
      const std::size_t bit = some_bit(subject.bytes.size(), random);
      expect_refused(subject, subject.open(flipped(subject.bytes, bit), subject.keys), std::nullopt,
                     "with bit " + std::to_string(bit) + " flipped");
      ++cases;
    }
  });
  std::cout << "damage, bit flips: " << cases << " cases\n";
}

TEST_CASE("a flip in the key id of a 0.24 envelope is corrupt-car, not key-missing", "[damage]") {
  std::size_t cases = 0;
  for_each_car([&](const Subject& subject, std::size_t) {
    if (subject.fixture.format != "0.24" || subject.fixture.is_public()) return;
    const std::size_t size = subject.bytes.size();
    for (std::size_t byte = size - 32; byte < size; byte += 5) {
      expect_refused(subject,
                     subject.open(flipped(subject.bytes, byte * 8 + byte % 8), subject.keys),
                     ErrorCode::kCorruptCar, "with a flipped key id");
      ++cases;
    }
  });
  std::cout << "damage, flipped key ids: " << cases << " cases\n";
}

TEST_CASE("a CAR under the name of another is refused", "[damage]") {
  std::size_t cases = 0;
  for (const Fixture& fixture : fixtures()) {
    const KeyRing keys = keys_of(fixture);
    const auto cars = cars_of(fixture);
    for (std::size_t i = 0; i < cars.size(); ++i) {
      const FixtureCar& other = cars[(i + 1) % cars.size()];
      const Subject subject{fixture, cars[i], keys, {}};
      expect_refused(subject, subject.open(read_file(other.path), keys), ErrorCode::kCorruptCar,
                     "with the bytes of another");
      ++cases;
    }
  }
  std::cout << "damage, swapped CARs: " << cases << " cases\n";
}

TEST_CASE("a wrong key and no key are key-missing; a public CAR needs none", "[damage]") {
  std::size_t cases = 0;
  for_each_car([&](const Subject& subject, std::size_t) {
    if (!is_sealed(subject)) {
      CHECK(subject.open(subject.bytes, KeyRing()));
      return;
    }
    expect_refused(subject, subject.open(subject.bytes, wrong_keys(subject.fixture)),
                   ErrorCode::kKeyMissing, "with a wrong key");
    expect_refused(subject, subject.open(subject.bytes, KeyRing()), ErrorCode::kKeyMissing,
                   "without a key");
    cases += 2;
  });
  std::cout << "damage, wrong keys: " << cases << " cases\n";
}

namespace {

// A CAR under the name that its bytes really have opens, or is refused as damage.
bool opens(const Format& format, const Cid& name, Bytes stored, const KeyRing& keys, CarKind kind) {
  const auto opened = format.open(name, std::move(stored), keys, kind);
  if (!opened && !is_damage(opened.error().code)) {
    FAIL(name.text() << ": " << error_name(opened.error().code) << " " << opened.error().message);
  }
  return opened.has_value();
}

// The plaintext of a 0.24 CAR.
Bytes plaintext_of(const Subject& subject) {
  Bytes stored = subject.bytes;
  const auto envelope = sealed_car_24::read(stored);
  return envelope ? copy_of(*sealed_car_24::open(subject.car.name, *envelope, stored, subject.keys))
                  : stored;
}

Bytes sealed_24(const Subject& subject, Bytes plain) {
  if (subject.keys.empty()) return plain;
  return sealed_car_24::seal(cid_of(codec::kCar24, plain), plain, *subject.keys.default_key());
}

// A CAR of these blocks, each under the CID that its bytes really have, the first being the root.
Bytes renamed_car(std::vector<std::pair<std::uint64_t, Bytes>> blocks, std::size_t root) {
  Bytes bytes = car::write_header(std::vector{cid_of(blocks[root].first, blocks[root].second)});
  for (const auto& [codec, data] : blocks) car::append_block(bytes, cid_of(codec, data), data);
  return bytes;
}

}  // namespace

TEST_CASE("a CAR that was changed and renamed to fit opens, or is refused as damage", "[damage]") {
  Random random;
  INFO(random.repeat());
  std::size_t cases = 0;
  std::size_t opened = 0;
  for_each_car([&](const Subject& subject, std::size_t) {
    if (subject.bytes.size() > 100'000)
      return;  // of the large ones, blocks are changed in the next test
    const bool is24 = subject.fixture.format == "0.24";
    const Bytes plain = is24 ? plaintext_of(subject) : subject.bytes;
    for (std::size_t n = scaled(kRenamed); n > 0; --n) {
      const Bytes changed = mutated(plain, random);
      if (is24) {
        opened += opens(format_24(), cid_of(codec::kCar24, changed), sealed_24(subject, changed),
                        subject.keys, subject.car.kind);
      } else {
        const auto result =
            format_14().open(cid_of(codec::kRaw, changed), changed, subject.keys, subject.car.kind);
        // What is left when all sealed blocks are gone is a plain CAR.
        if (!result && !is_damage(result.error().code) &&
            result.error().code != ErrorCode::kKeyMismatch) {
          FAIL(error_name(result.error().code) << " " << result.error().message);
        }
        opened += result ? 1 : 0;
      }
      ++cases;
    }
  });
  std::cout << "damage, changed and renamed CARs: " << cases << " cases, " << opened << " opened\n";
}

TEST_CASE("a CAR with a changed block under the block's new name opens, or is refused as damage",
          "[damage]") {
  Random random;
  INFO(random.repeat());
  std::size_t cases = 0;
  std::size_t opened = 0;
  for_each_car([&](const Subject& subject, std::size_t) {
    const Format& format = format_of(subject.fixture);
    const auto car = subject.open(subject.bytes, subject.keys);
    REQUIRE(car);
    const bool seals_blocks = car->layout.sealing == Sealing::kBlocks;
    for (std::size_t n = scaled(2); n > 0; --n) {
      std::vector<std::pair<std::uint64_t, Bytes>> blocks;
      std::size_t root = 0;
      // The header as often as all other blocks together, since most of what is read of a CAR at once is there.
      const std::size_t header = &format == &format_24() ? 0 : car->blocks.size() - 1;
      const std::size_t target = random.one_in(2) ? header : random.below(car->blocks.size());
      for (std::size_t i = 0; i < car->blocks.size(); ++i) {
        const OpenedBlock& block = car->blocks[i];
        if (!car->roots.empty() && block.cid == car->roots[0]) root = i;
        blocks.emplace_back(block.cid.codec(), i == target ? mutated(copy_of(block.data), random)
                                                           : copy_of(block.data));
      }
      if (seals_blocks) {
        const AesGcm& cipher = subject.keys.default_key()->cipher;
        for (auto& [codec, data] : blocks) {
          data = sealed_block_14::seal(cid_of(codec, data), data, random.bytes(12), cipher);
          codec = codec::kSealed14;
        }
        const Value top(
            List{Value(cid_of(codec::kSealed14, blocks[root].second)), Value(value_cid(0))});
        blocks.emplace_back(codec::kDagCbor, dag_cbor::encode(top));
        root = blocks.size() - 1;
      }
      const Bytes plain = renamed_car(std::move(blocks), root);
      const Cid name = cid_of(format.car_codec(), plain);
      opened += opens(format, name, &format == &format_24() ? sealed_24(subject, plain) : plain,
                      subject.keys, subject.car.kind);
      ++cases;
    }
  });
  CHECK(opened > 0);
  std::cout << "damage, changed and renamed blocks: " << cases << " cases, " << opened
            << " opened\n";
}

}  // namespace fireproof::test
