// Runs seeds and tells what came of them.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

namespace fireproof::simulator {

struct Request {
  std::string program;  // as it was called, for the command that repeats a failure
  std::uint64_t from = 1;
  std::uint64_t seeds = 2000;
  std::uint64_t failures = 5;  // after which the rest is not run
  std::size_t lines = 60;      // of the trace of a failure
  bool first_writers = false;  // devices with histories of their own
  // For builds with a planted fault: guarantees such as "G1,G2", one of which the first failing seed must break.
  std::string finds;
};

// Gives the exit code. A seed that fails is run once more, to trace it.
int run(const Request& request, std::ostream& out);

}  // namespace fireproof::simulator
