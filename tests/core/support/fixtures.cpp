#include "support/fixtures.hpp"

#include <stdexcept>

#include "support/files.hpp"
#include "support/paths.hpp"

namespace fireproof::test {
namespace {

constexpr std::size_t kScenarios = 59;

Fixture load(const std::string& root, const std::string& name) {
  const std::string folder = root + "/" + name;
  Value expected = read_json(folder + "/expected.json");
  const auto* key = expected.find<std::string>("key");
  return {name,
          *expected.find<std::string>("format"),
          *expected.find<std::string>("database"),
          folder + "/remote",
          key ? *key : std::string(),
          std::move(expected)};
}

std::vector<Fixture> load_all() {
  const std::string root = source_path("tests/fixtures");
  constexpr std::string_view kFile = "/expected.json";
  std::vector<Fixture> all;
  for (const std::string& path : list_files(root)) {
    if (path.ends_with(kFile))
      all.push_back(load(root, path.substr(0, path.size() - kFile.size())));
  }
  if (all.size() != kScenarios) throw std::runtime_error("tests/fixtures is not complete");
  return all;
}

}  // namespace

std::string Fixture::meta_path() const {
  return folder + "/meta/fp." + database + "." + format + "/main.json";
}

std::vector<std::string> Fixture::car_paths() const {
  std::vector<std::string> paths;
  for (const std::string& path : list_files(folder)) {
    if (path.ends_with(".car")) paths.push_back(folder + "/" + path);
  }
  return paths;
}

const std::vector<Fixture>& fixtures() {
  static const std::vector<Fixture> all = load_all();
  return all;
}

const Fixture& fixture(const std::string& name) {
  for (const Fixture& one : fixtures()) {
    if (one.name == name) return one;
  }
  throw std::runtime_error("no fixture " + name);
}

std::vector<std::string> texts(const Value& json, std::string_view member) {
  std::vector<std::string> found;
  if (const List* list = json.find<List>(member)) {
    for (const Value& item : *list) found.push_back(*item.get<std::string>());
  }
  return found;
}

}  // namespace fireproof::test
