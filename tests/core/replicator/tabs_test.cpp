// Several engines on one store, as the tabs of a page are: whatever the order in which their storage answers, nobody's
// write is lost and all end with the same.
#include <map>
#include <memory>
#include <set>

#include "ipld/json.hpp"
#include "replicator/car_rows.hpp"
#include "support/catch.hpp"
#include "support/expectation.hpp"
#include "support/writing.hpp"

namespace fireproof::test {
namespace {

// Tabs make their own key, and seal and compact after few commits.
EngineOptions options(const Kind& kind, std::uint8_t seed) {
  EngineOptions chosen = options_of(kind, seed);
  chosen.key.clear();
  chosen.seal_after = 5;
  chosen.compact_after = 3;
  return chosen;
}

// A call that was begun, and what its answer has to be.
struct Begun {
  std::size_t tab = 0;
  CallId call = 0;
  std::string method;
  std::vector<std::string> values;  // that it writes: `id=value`
};

// Tabs whose storage answers in random order.
class Tabs {
 public:
  Tabs(const Kind& of, std::uint64_t seed) : kind(of), random(seed) {}

  Host& open() {
    hosts.push_back(
        std::make_unique<Host>(storage, options(kind, static_cast<std::uint8_t>(hosts.size()))));
    hosts.back()->hold();
    return *hosts.back();
  }

  void begin(std::size_t tab, const std::string& method, const std::string& arguments,
             std::vector<std::string> values = {}) {
    begun.push_back({tab, hosts[tab]->begin(method, arguments), method, std::move(values)});
  }

  // One thing happens in one of the tabs. False if nothing is left to happen.
  bool step() {
    const std::size_t first = random.below(hosts.size());
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      if (hosts[(first + i) % hosts.size()]->step(random)) return true;
    }
    return false;
  }

  void settle() {
    for (int steps = 0; step(); ++steps) REQUIRE(steps < 200'000);
  }

  const Kind& kind;
  Random random;
  Storage storage;
  std::vector<std::unique_ptr<Host>> hosts;
  std::vector<Begun> begun;
};

// Every CAR that the record names is stored, and none that it does not; of small ones no row.
void check_rows(const Storage& storage) {
  const auto record = LocalRecord::decode(*storage.record);
  REQUIRE(record);
  std::set<std::string> named;
  for (const CarGroup& group : record->car_log()) named.insert(group.front().text());
  std::set<std::string> stored;
  std::set<std::string> with_rows;
  std::set<std::string> small;
  for (const auto& [key, bytes] : storage.tables.at("car")) {
    stored.insert(key);
    if (bytes.size() <= kRowlessCar) small.insert(key);
  }
  CHECK(stored == named);
  for (const auto& [key, bytes] : storage.tables.at("blocks")) with_rows.insert(key);
  std::erase_if(named, [&](const std::string& car) { return small.contains(car); });
  CHECK(std::includes(stored.begin(), stored.end(), with_rows.begin(), with_rows.end()));
  CHECK(std::includes(with_rows.begin(), with_rows.end(), named.begin(), named.end()));
}

// All tabs, and one that is opened afterwards, show the same; every acknowledged write is in the history of their head.
void check_agreement(Tabs& tabs) {
  std::optional<std::string> documents;
  std::optional<std::string> inspected;
  tabs.open();
  for (const auto& host : tabs.hosts) host->let_go();
  Host& fresh = *tabs.hosts.back();
  documents = *fresh.call("allDocs");
  inspected = *fresh.call("inspect");
  for (const auto& host : tabs.hosts) {
    CHECK(*host->call("allDocs") == documents);
    CHECK(*host->call("inspect") == inspected);
  }
  fresh.json("changes");  // loads the events
  EventGraph& events = *fresh.engine().database().events();
  const auto& heads = fresh.engine().record().heads;
  for (const Begun& begun : tabs.begun) {
    const command::Answer* answer = tabs.hosts[begun.tab]->answer(begun.call);
    REQUIRE(answer);
    if (begun.method != "write" || !answer->json) continue;
    const Value written = *json::parse(*answer->json);
    for (const std::string& clock : texts(written, "clock")) {
      const auto event = events.find(*Cid::parse(clock));
      REQUIRE(event);
      bool reached = false;
      for (const HeadEvent& head : heads)
        reached = reached || events.contains(*events.find(head.event), *event);
      CHECK(reached);
    }
  }
}

// No call fails, but those that give way to other tabs after many attempts.
void check_answers(const Tabs& tabs) {
  for (const Begun& begun : tabs.begun) {
    const command::Answer* answer = tabs.hosts[begun.tab]->answer(begun.call);
    INFO(begun.method);
    REQUIRE(answer);
    if (answer->json) continue;
    const ErrorCode code = answer->json.error().code;
    INFO(answer->json.error().message);
    const bool gives_way = begun.method == "compact" || begun.method == "replica";
    const bool expected = begun.method == "get" ? code == ErrorCode::kNotFound
                                                : gives_way && code == ErrorCode::kConflict;
    CHECK(expected);
  }
}

// Documents that nobody deleted or wrote twice are there with their values.
void check_values(Tabs& tabs) {
  std::map<std::string, std::set<std::string>> written;
  for (const Begun& begun : tabs.begun) {
    for (const std::string& value : begun.values) {
      const std::size_t at = value.find('=');
      written[value.substr(0, at)].insert(value.substr(at + 1));
    }
  }
  const Value all = tabs.hosts.back()->json("allDocs");
  std::map<std::string, std::string> found;
  for (const Value& row : *all.find<List>("rows")) {
    const Integer* n = row.find("value")->find<Integer>("n");
    found[*row.find<std::string>("key")] = std::to_string(n->magnitude);
  }
  for (const auto& [id, values] : written) {
    INFO(id);
    if (found.contains(id)) {
      CHECK(values.contains(found[id]));
    } else {
      CHECK(values.contains("deleted"));
    }
  }
  for (const auto& [id, value] : found) CHECK(written.contains(id));
}

void begin_something(Tabs& tabs, std::size_t tab, std::uint64_t number) {
  const std::string n = std::to_string(number);
  const std::string shared = "shared" + std::to_string(tabs.random.below(4));
  const std::string own = "tab" + std::to_string(tab) + "-" + n;
  switch (tabs.random.below(12)) {
    case 0:
      return tabs.begin(tab, "replica", "{}");
    case 1:
      return tabs.begin(tab, "compact", "{}");
    case 2:
      return tabs.begin(tab, "allDocs", "{}");
    case 3:
      return tabs.begin(tab, "get", arguments_with("id", shared));
    case 4:
      return tabs.begin(tab, "write", delete_of(shared), {shared + "=deleted"});
    case 5:
    case 6:
    case 7:
      return tabs.begin(tab, "write",
                        R"({"docs":[{"_id":")" + shared + R"(","n":)" + n + R"(},{"_id":")" + own +
                            R"(","n":)" + n + "}]}",
                        {shared + "=" + n, own + "=" + n});
    default:
      return tabs.begin(tab, "write", put_of(own, number), {own + "=" + n});
  }
}

void run_history(const Kind& kind, std::uint64_t seed) {
  INFO(name_of(kind) << ", seed " << seed);
  Tabs tabs(kind, seed);
  const std::size_t count = 2 + tabs.random.below(3);
  for (std::size_t i = 0; i < count; ++i) tabs.open();
  const std::size_t operations = 10 + tabs.random.below(40);
  const std::size_t pace = 1 + tabs.random.below(12);
  for (std::uint64_t number = 1; number <= operations; ++number) {
    begin_something(tabs, tabs.random.below(count), number);
    for (std::size_t steps = tabs.random.below(pace * 2); steps > 0; --steps) tabs.step();
  }
  tabs.settle();
  check_answers(tabs);
  check_agreement(tabs);
  check_values(tabs);
  check_rows(tabs.storage);
}

}  // namespace

TEST_CASE("tabs that write, seal, compact and read at once end with everything", "[tabs]") {
  const Random seeds;
  INFO(seeds.repeat());
  Random from(seeds);
  for (int history = 0; history < 25; ++history) {
    for (const Kind& kind : kKinds) run_history(kind, from.next());
  }
}

TEST_CASE("tabs that open a new database at once agree on one key", "[tabs]") {
  for (const Kind& kind : {kKinds[1], kKinds[3]}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      INFO(name_of(kind) << ", seed " << seed);
      Tabs tabs(kind, seed);
      for (std::size_t tab = 0; tab < 2; ++tab) {
        tabs.open();
        tabs.begin(tab, "write", R"({"docs":[{"_id":"tab)" + std::to_string(tab) + R"("}]})");
        tabs.begin(tab, "exportKey", "{}");
      }
      tabs.settle();
      check_answers(tabs);
      check_agreement(tabs);
      const std::string key = *tabs.hosts.back()->call("exportKey");
      for (const Begun& begun : tabs.begun) {
        if (begun.method != "exportKey") continue;
        CHECK(*tabs.hosts[begun.tab]->answer(begun.call)->json == key);
      }
      CHECK(tabs.hosts.back()->json("allDocs").find<List>("rows")->size() == 2);
    }
  }
}

TEST_CASE("a write that has lost eight races is committed as a fork", "[tabs]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Storage storage;
    Host slow(storage, options(kind, 1));
    Host fast(storage, options(kind, 2));
    slow.json("write", R"({"docs":[{"_id":"first"}]})");
    int races = 0;
    slow.before_commit = [&] {
      if (++races > 8) return;
      fast.json("write", R"({"docs":[{"_id":"fast)" + std::to_string(races) + R"("}]})");
    };
    const Value answer = slow.json("write", R"({"docs":[{"_id":"slow"}]})");
    CHECK(races >= 9);  // a seal of the tail may follow
    CHECK(texts(answer, "clock").size() == 2);
    CHECK(texts(slow.json("inspect"), "clock") == texts(answer, "clock"));
    Host reopened(storage, options(kind, 3));
    for (Host* host : {&slow, &fast, &reopened}) {
      host->run();  // it has heard of the others' commits
      CHECK(host->json("allDocs").find<List>("rows")->size() == 10);
    }
    CHECK(texts(reopened.json("write", R"({"docs":[{"_id":"last"}]})"), "clock").size() == 1);
    slow.run();
    CHECK(slow.json("allDocs").find<List>("rows")->size() == 11);
  }
}

}  // namespace fireproof::test
