// The databases under tests/fixtures that the JavaScript package wrote.
#pragma once

#include <string>
#include <vector>

#include "ipld/value.hpp"

namespace fireproof::test {

struct Fixture {
  std::string name;    // "0.24/d-fork/A"
  std::string format;  // "0.14" or "0.24"
  std::string database;
  std::string folder;  // of the objects, laid out as at a remote
  std::string key;     // hex; empty for a public database
  Value expected;      // expected.json

  [[nodiscard]] std::string meta_path() const;
  // Paths of all data and attachment CARs.
  [[nodiscard]] std::vector<std::string> car_paths() const;
  [[nodiscard]] bool is_public() const { return key.empty(); }
};

// All scenarios that have an expected.json, by name. Throws if there are fewer than the repository holds.
const std::vector<Fixture>& fixtures();

const Fixture& fixture(const std::string& name);

// The list of texts at this member of a JSON object.
std::vector<std::string> texts(const Value& json, std::string_view member);

}  // namespace fireproof::test
