#include "simulator/traffic_watch.hpp"

#include "simulator/violation.hpp"

namespace fireproof::simulator {
namespace {

std::string object_name(CarKind kind, const Cid& car) {
  return (kind == CarKind::kData ? "data " : "file ") + car.text();
}

// Rounds a second beside the polls: pushes come after gaps of 0, 50, 100, 200, … ms, which begin anew after 2 s without
// commits, and a first retry after 250 ms on average.
constexpr double kMostRounds = 8;
constexpr double kBurst = 40;

}  // namespace

void TrafficWatch::note_round() {
  ++rounds_;
  const double seconds = (world_.now() - since_) / 1000;
  const double most =
      kBurst + seconds * (kMostRounds + 1000 / poll_) + 2.0 * static_cast<double>(calls_);
  require(static_cast<double>(rounds_) <= most, Guarantee::kG7, [&] {
    return std::to_string(rounds_) + " rounds of one connection within " +
           std::to_string(static_cast<int>(seconds)) + " s";
  });
}

void TrafficWatch::note_meta_put() {
  ++metas_put_;
  require(metas_put_ <= rounds_, Guarantee::kG7, "more than one meta was written in a round");
}

void TrafficWatch::begin(CarKind kind, const Cid& car) {
  require(in_flight_.insert(object_name(kind, car)).second, Guarantee::kG7,
          [&] { return "two transfers of CAR " + brief(car) + " in flight at once"; });
}

void TrafficWatch::end(CarKind kind, const Cid& car) { in_flight_.erase(object_name(kind, car)); }

}  // namespace fireproof::simulator
