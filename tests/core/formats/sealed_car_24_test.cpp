// The encrypted CAR of 0.24 (format page 4).
#include "formats/sealed_car_24.hpp"

#include <iostream>

#include "ipld/dag_cbor.hpp"
#include "support/cars.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/hex.hpp"
#include "support/opened_fixture.hpp"
#include "support/random.hpp"
#include "support/writer_24.hpp"

namespace fireproof::test {
namespace {

KeyRing ring_of(std::initializer_list<std::string_view> keys) {
  KeyRing ring;
  for (const std::string_view key : keys) ring.add(*SecretKey::parse(key, 16));
  return ring;
}

constexpr std::string_view kOtherKey = "ffffffffffffffffffffffffffffffff";

// A small CAR, sealed.
struct Sealed {
  Bytes plain = small_car();
  Cid name = cid_of(codec::kCar24, plain);
  KeyRing keys = ring_of({kKey24});
  Bytes bytes = sealed_car_24::seal(name, plain, *keys.default_key());
};

Bytes envelope_of(ByteView iv, ByteView data, ByteView key_id) {
  Bytes bytes;
  DagCborWriter writer(bytes);
  writer.map(3);
  writer.text("iv");
  writer.bytes(iv);
  writer.text("data");
  writer.bytes(data);
  writer.text("keyId");
  writer.bytes(key_id);
  return bytes;
}

// Opens and gives the error code; none if it opens.
std::optional<ErrorCode> refusal(const Cid& name, Bytes stored, const KeyRing& keys) {
  const auto envelope = sealed_car_24::read(stored);
  REQUIRE(envelope);
  const auto plain = sealed_car_24::open(name, *envelope, stored, keys);
  if (plain) return std::nullopt;
  CHECK(plain.error().message.find(name.text()) != std::string::npos);
  return plain.error().code;
}

}  // namespace

TEST_CASE("sealing the plaintext of any 0.24 CAR of the package gives its stored bytes",
          "[formats][fixtures]") {
  int cars = 0;
  for (const Fixture& fixture : fixtures()) {
    if (fixture.format != "0.24" || fixture.is_public()) continue;
    INFO(fixture.name);
    const KeyRing keys = keys_of(fixture);
    for (const FixtureCar& car : cars_of(fixture)) {
      INFO(car.name.text());
      const Bytes stored = read_file(car.path);
      Bytes opened = stored;
      const auto envelope = sealed_car_24::read(opened);
      REQUIRE(envelope);
      CHECK(to_hex(envelope->iv) == to_hex(sealed_car_24::derive_iv(car.name)));
      CHECK(to_hex(envelope->key_id) == to_hex(keys.default_key()->id));
      const auto plain = sealed_car_24::open(car.name, *envelope, opened, keys);
      REQUIRE(plain);
      CHECK((sealed_car_24::seal(car.name, *plain, *keys.default_key()) == stored));
      const auto parsed = car::parse(*plain);
      REQUIRE(parsed);
      Bytes written = car::write_header(parsed->roots);
      for (const CarBlock& block : parsed->blocks)
        car::append_block(written, block.cid, block.data);
      CHECK(equal(written, *plain));
      ++cars;
    }
  }
  std::cout << "formats, 0.24 CARs sealed again: " << cars << " CARs\n";
}

TEST_CASE("the IV is the multihash folded into 12 bytes", "[formats]") {
  // 12 20, then 32 bytes 00 01 .. 1f: byte i of the IV is the exclusive or of the bytes at i, i + 12 and i + 24.
  Bytes digest;
  for (std::uint8_t i = 0; i < 32; ++i) digest.push_back(i);
  CHECK(to_hex(sealed_car_24::derive_iv(Cid::sha256(codec::kCar24, digest))) ==
        "0e3c1415161708090a0b1c1c");
}

TEST_CASE("a key id is the SHA-256 of the key", "[formats]") {
  const SecretKey key = *SecretKey::parse(kKey24, 16);
  CHECK(to_hex(key.id()) == "be45cb2605bf36bebde684841a28f0fd43c69850a3dce5fedba69928ee3a8991");
  CHECK(key.base58() == "z12drXXUifSrRnXLGbXg8E");
}

TEST_CASE("the envelope adds 81 bytes to a CAR of usual size", "[formats]") {
  const Sealed sealed;
  for (const std::size_t size : {std::size_t{240}, std::size_t{65'519}}) {
    const Bytes plain(size, 1);
    const Cid name = cid_of(codec::kCar24, plain);
    CHECK(sealed_car_24::seal(name, plain, *sealed.keys.default_key()).size() == size + 81);
  }
}

TEST_CASE("any known key opens, whichever stands first in the ring", "[formats]") {
  const Sealed sealed;
  CHECK(refusal(sealed.name, sealed.bytes, ring_of({kKey24, kOtherKey})) == std::nullopt);
  CHECK(refusal(sealed.name, sealed.bytes, ring_of({kOtherKey, kKey24})) == std::nullopt);
}

TEST_CASE("without the key it is key-missing", "[formats]") {
  const Sealed sealed;
  CHECK(refusal(sealed.name, sealed.bytes, KeyRing()) == ErrorCode::kKeyMissing);
  CHECK(refusal(sealed.name, sealed.bytes, ring_of({kOtherKey})) == ErrorCode::kKeyMissing);
}

TEST_CASE(
    "a damaged key id is corrupt-car if the right key is known, although it looks like a foreign "
    "key",
    "[formats]") {
  const Sealed sealed;
  Bytes damaged = sealed.bytes;
  damaged.back() ^= 1;
  CHECK(refusal(sealed.name, damaged, sealed.keys) == ErrorCode::kCorruptCar);
  CHECK(refusal(sealed.name, damaged, ring_of({kOtherKey, kKey24})) == ErrorCode::kCorruptCar);
}

TEST_CASE("a key id of one known key over the ciphertext of another is corrupt-car", "[formats]") {
  const Sealed sealed;
  const KeyRing both = ring_of({kKey24, kOtherKey});
  Bytes stored = sealed.bytes;
  std::copy(both.keys()[1].id.begin(), both.keys()[1].id.end(), stored.end() - 32);
  CHECK(refusal(sealed.name, stored, both) == ErrorCode::kCorruptCar);
  CHECK(refusal(sealed.name, stored, ring_of({kOtherKey})) == ErrorCode::kCorruptCar);
}

TEST_CASE("an IV that is not derived from the content is refused, however well the tag fits",
          "[formats]") {
  const Sealed sealed;
  Bytes data;
  const Bytes iv(AesGcm::kIvSize, 7);
  const KeyRing::Key& key = *sealed.keys.default_key();
  key.cipher.seal(iv, sealed.plain, data);
  CHECK(refusal(sealed.name, envelope_of(iv, data, key.id), sealed.keys) == ErrorCode::kCorruptCar);
}

TEST_CASE("another CAR sealed with the right key is refused", "[formats]") {
  const Sealed sealed;
  const ByteView plain = as_bytes("another CAR");
  const Bytes other =
      sealed_car_24::seal(cid_of(codec::kCar24, plain), plain, *sealed.keys.default_key());
  CHECK(refusal(sealed.name, other, sealed.keys) == ErrorCode::kCorruptCar);
}

TEST_CASE("only a map of iv, data and keyId in this order, of the right sizes, is an envelope",
          "[formats]") {
  const Bytes iv(12, 1);
  const Bytes data(16, 2);
  const Bytes id(32, 3);
  CHECK(sealed_car_24::read(envelope_of(iv, data, id)));
  CHECK_FALSE(sealed_car_24::read(envelope_of(Bytes(11, 1), data, id)));
  CHECK_FALSE(sealed_car_24::read(envelope_of(Bytes(16, 1), data, id)));
  CHECK_FALSE(sealed_car_24::read(envelope_of(iv, Bytes(15, 2), id)));
  CHECK_FALSE(sealed_car_24::read(envelope_of(iv, data, Bytes(31, 3))));
  CHECK_FALSE(sealed_car_24::read(envelope_of(iv, data, {})));
  CHECK_FALSE(sealed_car_24::read({}));
  CHECK_FALSE(sealed_car_24::read(small_car()));
  Bytes longer = envelope_of(iv, data, id);
  longer.push_back(0);
  CHECK_FALSE(sealed_car_24::read(longer));
  longer.resize(longer.size() - 2);
  CHECK_FALSE(sealed_car_24::read(longer));
}

}  // namespace fireproof::test
