#pragma once

#include <compare>
#include <cstdint>
#include <vector>

namespace fireproof {

/// An exact natural number that only grows by addition. The number of paths through a history of n forks and merges
/// is about 2^n, and replay order is decided by such numbers: rounding them would make engines disagree.
class PathCount {
 public:
  PathCount() = default;
  explicit PathCount(std::uint64_t value) : low_(value) {}

  PathCount& operator+=(const PathCount& other) {
    low_ += other.low_;
    std::uint64_t carry = low_ < other.low_ ? 1 : 0;
    for (std::size_t i = 0; i < other.high_.size() || carry != 0; ++i) {
      if (i == high_.size()) high_.push_back(0);
      const std::uint64_t addend = i < other.high_.size() ? other.high_[i] : 0;
      high_[i] += carry;
      carry = high_[i] < carry ? 1 : 0;
      high_[i] += addend;
      carry += high_[i] < addend ? 1 : 0;
    }
    return *this;
  }

  friend std::strong_ordering operator<=>(const PathCount& a, const PathCount& b) {
    if (a.high_.size() != b.high_.size()) return a.high_.size() <=> b.high_.size();
    for (std::size_t i = a.high_.size(); i-- > 0;) {
      if (a.high_[i] != b.high_[i]) return a.high_[i] <=> b.high_[i];
    }
    return a.low_ <=> b.low_;
  }
  friend bool operator==(const PathCount& a, const PathCount& b) { return (a <=> b) == 0; }

 private:
  std::uint64_t low_ = 0;
  std::vector<std::uint64_t>
      high_;  // further 64-bit digits, least significant first; the last is not zero
};

}  // namespace fireproof
