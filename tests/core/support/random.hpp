// Random input that can be repeated: the same seed gives the same test on every machine.
#pragma once

#include <cstdlib>
#include <random>
#include <string>

#include "base/bytes.hpp"

namespace fireproof::test {

// Begins with the seed in FIREPROOF_SEED, 1 if that is not set. A test that uses it says INFO(random.repeat()).
class Random {
 public:
  Random() : seed_(chosen_seed()), engine_(seed_) {}
  explicit Random(std::uint64_t seed) : seed_(seed), engine_(seed) {}

  std::uint64_t next() { return engine_(); }
  // At least 0 and less than `limit`.
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }
  bool one_in(std::size_t chances) { return below(chances) == 0; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(next()); }

  Bytes bytes(std::size_t size) {
    Bytes bytes(size);
    for (std::uint8_t& each : bytes) each = byte();
    return bytes;
  }

  // How to see the same failure again.
  [[nodiscard]] std::string repeat() const {
    return "repeat with FIREPROOF_SEED=" + std::to_string(seed_) + " and the name of this test";
  }

 private:
  static std::uint64_t chosen_seed() {
    const char* text = std::getenv("FIREPROOF_SEED");
    return text ? std::strtoull(text, nullptr, 10) : 1;
  }

  std::uint64_t seed_;
  std::mt19937_64 engine_;
};

// A copy of `valid` with 1 to 4 changes such as damage and attackers make.
inline Bytes mutated(const Bytes& valid, Random& random) {
  Bytes bytes = valid;
  for (std::size_t changes = 1 + random.below(4); changes > 0; --changes) {
    const std::size_t at = random.below(bytes.size() + 1);
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    const auto rest = static_cast<std::size_t>(bytes.end() - place);
    const auto run = static_cast<std::ptrdiff_t>(random.below(rest + 1));
    switch (random.below(6)) {
      case 0:  // one bit
        if (rest > 0) *place = static_cast<std::uint8_t>(*place ^ 1U << random.below(8));
        break;
      case 1:  // one byte
        if (rest > 0) *place = random.byte();
        break;
      case 2:
        bytes.insert(place, Bytes{random.byte()});
        break;
      case 3:
        bytes.erase(place, place + run);
        break;
      case 4: {  // a run twice
        const Bytes copy(place, place + run);
        bytes.insert(place, copy.begin(), copy.end());
        break;
      }
      default:
        bytes.resize(at);
    }
  }
  return bytes;
}

}  // namespace fireproof::test
