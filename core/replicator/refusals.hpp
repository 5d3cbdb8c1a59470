#pragma once

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "replicator/messages.hpp"

namespace fireproof {

/// How often a remote has refused an object although it could be reached: its size, its content, a rule of its owner, or
/// somebody who stood in the way for a while, as a captive portal does. After kFinal times the object rests, and is offered
/// again after kFirstRest, then after twice as long each time, up to kLongestRest.
class Refusals {
 public:
  static constexpr int kFinal = 3;
  static constexpr Time kFirstRest = 5'000;        ///< milliseconds
  static constexpr Time kLongestRest = 3'600'000;  ///< milliseconds

  void note(const Cid& car, Time now) {
    Refused& refused = refused_[car];
    if (++refused.count < kFinal) return;
    refused.rest = std::clamp(refused.rest * 2, kFirstRest, kLongestRest);
    refused.offered_at = now + refused.rest;
  }
  void forget(const Cid& car) { refused_.erase(car); }

  /// What was refused for good is offered once more, now.
  void give_another_chance() {
    for (auto& [car, refused] : refused_) refused.offered_at = 0;
  }

  /// True if it was refused so often that it has to be sent in another form, or not to be waited for.
  [[nodiscard]] bool is_final(const Cid& car) const {
    const auto at = refused_.find(car);
    return at != refused_.end() && at->second.count >= kFinal;
  }

  /// True if it is not to be offered now.
  [[nodiscard]] bool rests(const Cid& car, Time now) const {
    return is_final(car) && now < refused_.at(car).offered_at;
  }

  /// When it is offered again, if it rests or did.
  [[nodiscard]] std::optional<Time> offered_at(const Cid& car) const {
    if (!is_final(car)) return std::nullopt;
    return refused_.at(car).offered_at;
  }

 private:
  struct Refused {
    int count = 0;
    Time rest = 0;
    Time offered_at = 0;
  };
  std::unordered_map<Cid, Refused, CidHash> refused_;
};

}  // namespace fireproof
