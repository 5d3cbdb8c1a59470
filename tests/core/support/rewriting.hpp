// Performing again what a CAR of a fixture recorded: its operations are read from its events, as JSON, and written.
#pragma once

#include <string>
#include <vector>

#include "support/opened_fixture.hpp"

namespace fireproof::test {

// A commit of a fixture as it can be written again.
struct RecordedCommit {
  const FixtureCar* car = nullptr;
  const OpenedCar* opened = nullptr;
  std::string arguments;  // of the call "write"; empty: it wrote no document
};

// The data CARs with a header, oldest first: by the length of the log before them.
std::vector<RecordedCommit> recorded_commits(OpenedFixture& fixture);

}  // namespace fireproof::test
