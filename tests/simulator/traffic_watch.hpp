// Watches what one tab asks of one store: G7.
#pragma once

#include <set>
#include <string>

#include "simulator/world.hpp"

namespace fireproof::simulator {

class TrafficWatch {
 public:
  // `poll`: milliseconds between rounds that nobody asks for.
  TrafficWatch(const World& world, Time poll) : world_(world), poll_(poll), since_(world.now()) {}

  // A round begins with its question for the meta.
  void note_round();
  // The application asked for a round.
  void note_call() { ++calls_; }
  void note_meta_put();
  // A meta was refused for its condition; it may go out once more without.
  void note_meta_refused() { --metas_put_; }
  // A transfer of a CAR begins or ends.
  void begin(CarKind kind, const Cid& car);
  void end(CarKind kind, const Cid& car);

 private:
  const World& world_;
  Time poll_;
  Time since_;
  std::uint64_t rounds_ = 0;
  std::uint64_t metas_put_ = 0;
  std::uint64_t calls_ = 0;
  std::set<std::string> in_flight_;
};

}  // namespace fireproof::simulator
