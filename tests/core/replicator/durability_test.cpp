// A store that stops at any commit: what was acknowledged is there afterwards, and nothing half-written can be seen.
#include <map>

#include "support/catch.hpp"
#include "support/expectation.hpp"
#include "support/writing.hpp"

namespace fireproof::test {
namespace {

// Documents by id; a value of nothing is a deletion.
using Documents = std::map<std::string, std::uint64_t>;

Documents documents_of(Host& host) {
  Documents found;
  const Value all = host.json("allDocs");
  for (const Value& row : *all.find<List>("rows")) {
    found[*row.find<std::string>("key")] = row.find("value")->find<Integer>("n")->magnitude;
  }
  return found;
}

// One random operation. `documents` is what it leaves when it succeeds.
void operate(Host& host, Random& random, std::uint64_t number, Documents& documents) {
  const std::string id = "doc" + std::to_string(random.below(12));
  switch (random.below(8)) {
    case 0:
      host.json("replica");
      return;
    case 1:
      host.json("compact");
      return;
    case 2:
      documents.erase(id);
      host.json("write", delete_of(id));
      return;
    case 3:
      documents[id] = documents["bulk"] = number;
      host.json("write", R"({"docs":[{"_id":")" + id + R"(","n":)" + std::to_string(number) +
                             R"(},{"_id":"bulk","n":)" + std::to_string(number) + "}]}");
      return;
    default:
      documents[id] = number;
      host.json("write", put_of(id, number));
  }
}

// Runs a history that stops at commit `at`, before or after it; then opens again and goes on. False if it did not stop.
bool stop_at(const Kind& kind, std::uint64_t seed, std::uint64_t at, bool after) {
  INFO(name_of(kind) << ", seed " << seed << ", stopped " << (after ? "after" : "before")
                     << " commit " << at);
  constexpr std::uint64_t kOperations = 18;
  Random random(seed);
  Storage storage;
  EngineOptions options = options_of(kind);
  options.seal_after = 6;
  options.compact_after = 3;
  Documents before;  // the operation under way
  Documents documents;
  std::uint64_t number = 0;
  try {
    Host host(storage, options);
    (after ? host.stop_after : host.stop_before) = at;
    for (; number < kOperations; ++number) {
      before = documents;
      operate(host, random, number, documents);
    }
    return false;
  } catch (const PowerLoss&) {
  }
  Storage left = storage.copy();
  Host host(left, options);
  Documents found = documents_of(host);
  const bool all_or_nothing = found == before || found == documents;
  CHECK(all_or_nothing);
  CHECK(host.json("inspect").find<Integer>("missing")->magnitude == 0);
  host.json("changes");
  for (++number; number < kOperations; ++number) operate(host, random, number, found);
  CHECK(documents_of(host) == found);
  Host reopened(left, options);
  CHECK(documents_of(reopened) == found);
  return true;
}

}  // namespace

TEST_CASE("a store that stops at any commit has all that was acknowledged and nothing by halves",
          "[durability]") {
  Random seeds;
  INFO(seeds.repeat());
  int stops = 0;
  for (const Kind& kind : kKinds) {
    const std::uint64_t seed = seeds.next();
    for (const bool after : {false, true}) {
      for (std::uint64_t at = 0; stop_at(kind, seed, at, after); ++at) ++stops;
    }
  }
  WARN("stops: " << stops);
  CHECK(stops > 100);
}

}  // namespace fireproof::test
