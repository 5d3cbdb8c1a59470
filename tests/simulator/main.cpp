// fireproof-simulator [--seeds N] [--from S] [--trace N] [--expect GUARANTEE]
#include <cstring>
#include <iostream>

#include "simulator/report.hpp"

int main(int argc, char* argv[]) {
  fireproof::simulator::Request request;
  request.program = argv[0];
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    const char* value = i + 1 < argc ? argv[++i] : "";
    if (name == "--seeds") {
      request.seeds = std::strtoull(value, nullptr, 10);
    } else if (name == "--from") {
      request.from = std::strtoull(value, nullptr, 10);
    } else if (name == "--failures") {
      request.failures = std::strtoull(value, nullptr, 10);
    } else if (name == "--trace") {
      request.lines = std::strtoull(value, nullptr, 10);
    } else if (name == "--histories") {
      request.first_writers = std::strcmp(value, "own") == 0;
    } else if (name == "--finds") {
      request.finds = value;
    } else {
      std::cerr << "usage: " << argv[0]
                << " [--seeds N] [--from SEED] [--failures N] [--trace LINES] [--finds GUARANTEES] "
                   "[--histories shared|own]\n"
                   "--finds G1,G2: succeeds if some seed breaks one of these, and the first that "
                   "fails does\n";
      return 2;
    }
  }
  return fireproof::simulator::run(request, std::cout);
}
