// The CARs of a fixture, opened with its key, and what they hold.
#pragma once

#include <string>
#include <vector>

#include "clock/event_graph.hpp"
#include "formats/format.hpp"
#include "support/blocks.hpp"
#include "support/fixtures.hpp"

namespace fireproof::test {

struct FixtureCar {
  Cid name;
  CarKind kind = CarKind::kData;
  std::string path;
};

// The CARs of a fixture, by path.
std::vector<FixtureCar> cars_of(const Fixture& fixture);

const Format& format_of(const Fixture& fixture);

// The key of a fixture; an empty ring for a public one.
KeyRing keys_of(const Fixture& fixture);

struct OpenedFixture {
  // Opens and verifies every CAR. Throws if one cannot be opened.
  explicit OpenedFixture(const Fixture& fixture);

  const Format& format;
  KeyRing keys;
  std::vector<std::pair<FixtureCar, OpenedCar>> cars;
  Blocks blocks;      // of the data CARs
  EventGraph events;  // all of them, also those that the head does not reach
};

// The events of a graph, ancestors before descendants.
std::vector<EventGraph::Id> oldest_first(EventGraph& graph);

}  // namespace fireproof::test
