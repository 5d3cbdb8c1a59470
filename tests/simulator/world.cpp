#include "simulator/world.hpp"

#include <cmath>

#include "simulator/violation.hpp"

namespace fireproof::simulator {
namespace {

// Events at one moment, and in one simulation, after which it is taken to be without end.
constexpr std::uint64_t kMostAtOnce = 50'000;
constexpr std::uint64_t kMostEvents = 6'000'000;

}  // namespace

void World::after(Time delay, Lifetime owner, std::function<void()> happening) {
  queue_.push({now_ + std::max(delay, 0.0), planned_++, std::move(owner), std::move(happening)});
}

void World::run_until(Time end) {
  std::uint64_t at_once = 0;
  while (!queue_.empty() && queue_.top().at <= end) {
    // The queue gives out its greatest element only as a constant; it is taken out in the next line.
    Event event = std::move(const_cast<Event&>(queue_.top()));
    queue_.pop();
    at_once = event.at > now_ ? 0 : at_once + 1;
    now_ = event.at;
    ++events_;
    require(at_once < kMostAtOnce, Guarantee::kG7, "time stands still: a loop without end");
    require(events_ < kMostEvents, Guarantee::kG7, "more happens than any work explains");
    if (!event.owner.expired()) event.happening();
  }
  now_ = std::max(now_, end);
}

Time World::some_time(Time least, Time most) {
  const double part = static_cast<double>(random.below(1U << 20)) / (1U << 20);
  return least + (most - least) * part * part * part;
}

void World::trace(const std::string& line) {
  if (!tracing()) return;
  char time[32];
  (void)std::snprintf(time, sizeof time, "%11.1f ", now_);
  lines_.push_back(time + line);
  if (lines_.size() > most_lines_) lines_.pop_front();
}

std::string brief(const Cid& cid) {
  const std::string text = cid.text();
  return text.size() > 6 ? text.substr(text.size() - 6) : text;
}

}  // namespace fireproof::simulator
