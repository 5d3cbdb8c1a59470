#pragma once

#include <algorithm>
#include <cstdint>

#include "replicator/messages.hpp"

namespace fireproof {

/// A small random number generator (xorshift64*), seeded by the host: the engine has no randomness of its own.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed == 0 ? 0x9E3779B97F4A7C15U : seed) {}

  /// From 0 (inclusive) to 1 (exclusive).
  double next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<double>((state_ * 0x2545F4914F6CDD1DU) >> 11) / 9007199254740992.0;
  }

 private:
  std::uint64_t state_;
};

/// Full-jitter exponential backoff: the n-th failure in a row waits a random part of base * 2^n, at most the cap.
class Backoff {
 public:
  static constexpr Time kBase = 500;
  static constexpr Time kCap = 60'000;
  /// The longest wait that a remote may ask for: what it says may be a mistake, and so may the clock that it was reckoned by.
  static constexpr Time kMostDemanded = 600'000;

  /// How long to wait after one more failure: at least `demanded` milliseconds, of which kMostDemanded count.
  Time next(Random& random, Time demanded) {
    const Time ceiling = std::min(kCap, kBase * static_cast<Time>(1U << std::min(failures_, 16U)));
    ++failures_;
    return std::max(std::min(demanded, kMostDemanded), random.next() * ceiling);
  }

  void reset() { failures_ = 0; }
  [[nodiscard]] unsigned failures() const { return failures_; }

 private:
  unsigned failures_ = 0;
};

}  // namespace fireproof
