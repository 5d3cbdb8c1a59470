#pragma once

#include <unordered_map>

#include "multiformats/cid.hpp"

namespace fireproof {

/// How often a remote has refused an object although it could be reached: its size, its content, a rule of its owner. After
/// kFinal times it is not offered again as it is.
class Refusals {
 public:
  static constexpr int kFinal = 3;

  void note(const Cid& car) { ++counts_[car]; }
  void forget(const Cid& car) { counts_.erase(car); }

  /// What was refused for good is offered once more.
  void give_another_chance() {
    for (auto& [car, count] : counts_) count = count < kFinal ? count : kFinal - 1;
  }

  [[nodiscard]] bool is_final(const Cid& car) const {
    const auto at = counts_.find(car);
    return at != counts_.end() && at->second >= kFinal;
  }

 private:
  std::unordered_map<Cid, int, CidHash> counts_;
};

}  // namespace fireproof
