// Virtual time: everything that happens in a simulation is an event of one queue.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "replicator/messages.hpp"
#include "support/random.hpp"

namespace fireproof::simulator {

// Whose events these are: those of an owner that is gone do not happen.
using Lifetime = std::weak_ptr<const void>;

// A member of every owner of events; what it planned ends with it.
class Alive {
 public:
  [[nodiscard]] Lifetime lifetime() const { return token_; }

 private:
  std::shared_ptr<const int> token_ = std::make_shared<const int>(0);
};

// The clock, the queue and the only random numbers of a simulation: from one seed, everything happens again in the same order.
class World {
 public:
  // The last `lines` of what happens are kept.
  World(std::uint64_t seed, std::size_t lines) : random(seed), most_lines_(lines) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  test::Random random;

  // Milliseconds since the beginning; no device's clock.
  [[nodiscard]] Time now() const { return now_; }

  // Plans something `delay` milliseconds from now. What is planned for the same moment happens in the order of planning.
  void after(Time delay, Lifetime owner, std::function<void()> happening);
  // The same for what nobody can stop any more.
  void after(Time delay, std::function<void()> happening) {
    after(delay, alive_.lifetime(), std::move(happening));
  }

  // Lets everything happen that is planned up to this moment. Throws a Violation of G7 if it never ends.
  void run_until(Time end);

  [[nodiscard]] std::uint64_t events() const { return events_; }

  // A random time in milliseconds: mostly short, seldom up to `most`.
  Time some_time(Time least, Time most);
  // True once in `chances` times; never if that is 0.
  bool once_in(std::size_t chances) { return chances > 0 && random.one_in(chances); }

  [[nodiscard]] bool tracing() const { return most_lines_ > 0; }
  void trace(const std::string& line);
  [[nodiscard]] const std::deque<std::string>& lines() const { return lines_; }

 private:
  struct Event {
    Time at;
    std::uint64_t number;
    Lifetime owner;
    std::function<void()> happening;
  };
  struct Later {
    bool operator()(const Event& a, const Event& b) const {
      return a.at != b.at ? a.at > b.at : a.number > b.number;
    }
  };

  Alive alive_;
  Time now_ = 0;
  std::uint64_t planned_ = 0;
  std::uint64_t events_ = 0;
  std::priority_queue<Event, std::vector<Event>, Later> queue_;
  std::size_t most_lines_;
  std::deque<std::string> lines_;
};

// The end of a CID's text, for traces.
std::string brief(const Cid& cid);

}  // namespace fireproof::simulator
