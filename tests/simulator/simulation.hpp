// One seed, from its plan to its end.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "simulator/plan.hpp"
#include "simulator/violation.hpp"

namespace fireproof::simulator {

// What one simulation, or several together, have done.
struct Tally {
  Time virtual_time = 0;
  std::uint64_t events = 0;
  std::uint64_t acknowledged = 0;  // writes
  std::uint64_t refused = 0;
  std::uint64_t commits = 0;
  std::uint64_t requests = 0;
  std::uint64_t cars = 0;  // uploads that stores have carried out
  std::uint64_t metas = 0;
  std::uint64_t overwritten = 0;  // heads that a store lost
  std::uint64_t lost_requests = 0;
  std::uint64_t lost_answers = 0;
  std::uint64_t server_errors = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t damaged = 0;
  std::uint64_t partitions = 0;
  std::uint64_t crashes = 0;
  std::uint64_t full_commits = 0;
  std::uint64_t clock_jumps = 0;

  void add(const Tally& other);
  [[nodiscard]] std::uint64_t faults() const;
};

struct Outcome {
  Tally tally;
  std::optional<Violation> violation;
  std::deque<std::string> trace;  // the last lines, if it was traced
};

// Traces the last `lines`.
Outcome simulate(const Plan& plan, std::size_t lines);

}  // namespace fireproof::simulator
