// Heads advance, ancestors are found and events are ordered as the format pages say.
#include <algorithm>
#include <optional>

#include "clock/common_ancestor.hpp"
#include "clock/path_count.hpp"
#include "clock/replay.hpp"
#include "support/catch.hpp"
#include "support/histories.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

using Id = EventGraph::Id;
using Ids = std::vector<Id>;

// Format pages 5.3 and 7.5a, word by word: lists that grow by one step in turn. Gives up after many rounds.
std::optional<Id> literal_ancestor(const EventGraph& graph, const Ids& events) {
  if (events.size() == 1) return events[0];
  std::vector<Ids> lists;
  for (const Id event : events) lists.push_back({event});
  for (int round = 0; round < 200; ++round) {
    for (Ids& list : lists) {
      const Ids& parents = graph.node(list.back()).parents;
      Id step = list.back();
      if (parents.size() == 1) step = parents[0];
      if (parents.size() > 1) {
        const auto nested = literal_ancestor(graph, parents);
        if (!nested) return std::nullopt;
        step = *nested;
      }
      list.push_back(step);
      for (const Ids& from : lists) {
        for (const Id candidate : from) {
          const bool in_all = std::all_of(lists.begin(), lists.end(), [&](const Ids& other) {
            return std::find(other.begin(), other.end(), candidate) != other.end();
          });
          if (in_all) return candidate;
        }
      }
    }
  }
  return std::nullopt;
}

// Format pages 5.4 and 7.5b: every path is walked by itself.
void walk_paths(const EventGraph& graph, Id at, Id ancestor, std::uint64_t depth,
                std::map<Id, std::uint64_t>& weights) {
  weights[at] += depth;
  const Ids& parents = graph.node(at).parents;
  if (parents.size() == 1 && parents[0] == ancestor) return;
  for (const Id parent : parents) walk_paths(graph, parent, ancestor, depth + 1, weights);
}

Ids literal_order(const EventGraph& graph, const Ids& heads, Id ancestor) {
  std::map<Id, std::uint64_t> weights;
  for (const Id head : heads) walk_paths(graph, head, ancestor, 0, weights);
  Ids order;
  for (const auto& [id, weight] : weights) order.push_back(id);
  std::sort(order.begin(), order.end(), [&](Id a, Id b) {
    if (weights[a] != weights[b]) return weights[a] > weights[b];
    return graph.node(a).cid.text() < graph.node(b).cid.text();
  });
  return order;
}

// Replicas that write on their heads and now and then take over those of others.
struct Replicas {
  explicit Replicas(Random& random, int events) {
    history.add("e0", {});
    std::vector<Ids> heads(3, Ids{history.id("e0")});
    for (int i = 1; i < events; ++i) {
      Ids& head = heads[random.below(heads.size())];
      if (random.one_in(3)) {
        for (const Id event : Ids(heads[random.below(heads.size())]))
          head = advance(history.graph, head, event);
      }
      const std::string name = "e" + std::to_string(i);
      head = {history.add(name, history.names(head))};
    }
    for (const Ids& each : heads) {
      for (const Id event : each) final_head = advance(history.graph, final_head, event);
    }
  }

  History history;
  Ids final_head;
};

}  // namespace

TEST_CASE("a head drops the events that a new one descends from", "[clock]") {
  History h;
  h.add("a", {});
  h.add("b", {"a"});
  h.add("c", {"a"});
  h.add("d", {"b", "c"});
  CHECK(advance(h.graph, {}, h.id("a")) == h.ids({"a"}));
  CHECK(advance(h.graph, h.ids({"a"}), h.id("b")) == h.ids({"b"}));
  CHECK(advance(h.graph, h.ids({"b"}), h.id("b")) == h.ids({"b"}));
  CHECK(advance(h.graph, h.ids({"b"}), h.id("a")) == h.ids({"b"}));
  CHECK(advance(h.graph, h.ids({"b"}), h.id("c")) == h.ids({"b", "c"}));
  CHECK(advance(h.graph, h.ids({"b", "c"}), h.id("d")) == h.ids({"d"}));
}

TEST_CASE("ancestors and replay orders are those of the literal rules", "[clock]") {
  Random random;
  INFO(random.repeat());
  int merges = 0;
  for (int round = 0; round < 400; ++round) {
    Replicas replicas(random, 4 + static_cast<int>(random.below(20)));
    EventGraph& graph = replicas.history.graph;
    const Ids& head = replicas.final_head;
    if (head.size() < 2) continue;
    ++merges;
    const auto expected = literal_ancestor(graph, head);
    const auto found = common_ancestor(graph, head);
    REQUIRE(found.has_value());
    REQUIRE(expected == *found);
    REQUIRE(events_to_replay(graph, head, *found) == literal_order(graph, head, *found));
  }
  CHECK(merges > 100);
  WARN("random histories with several heads: " << merges);
}

TEST_CASE("2,000 forks and merges are ordered with work proportional to their number", "[clock]") {
  History h;
  h.add("m0", {});
  constexpr int kForks = 2000;
  for (int i = 1; i <= kForks; ++i) {
    const std::string base = "m" + std::to_string(i - 1);
    const std::string n = std::to_string(i);
    h.add("a" + n, {base});
    h.add("b" + n, {base});
    h.add("m" + n, {"a" + n, "b" + n});
  }
  h.add("x", {"m" + std::to_string(kForks)});
  h.add("y", {"m" + std::to_string(kForks)});
  h.add("x2", {"x"});
  const std::uint64_t events = h.graph.size();
  CHECK(events == 3 * kForks + 4);

  const Ids near = h.ids({"x2", "y"});
  const auto last_merge = common_ancestor(h.graph, near);
  REQUIRE(last_merge.has_value());
  CHECK(*last_merge == h.id("m" + std::to_string(kForks)));

  // An ancestor that is no parent's only one: the walk goes through all of the history.
  const Ids order = replay_order(h.graph, near, [](Id) { return true; });
  CHECK(order.size() == events);
  CHECK(order.front() == h.id("m0"));
  const std::vector<std::string> last = h.names(Ids(order.end() - 3, order.end()));
  CHECK(last.front() == "x");

  // All merges in one question: from the last two events of the last diamond down to the first.
  const Ids far = h.ids({"a" + std::to_string(kForks), "b" + std::to_string(kForks)});
  REQUIRE(common_ancestor(h.graph, far).has_value());
  CHECK(h.graph.contains(h.id("x2"), h.id("m0")));
  CHECK(h.graph.visited() < 40 * events);
  WARN("visited " << h.graph.visited() << " for " << events << " events");
}

TEST_CASE("weights are exact beyond 64 bits", "[clock]") {
  PathCount count(1);
  for (int i = 0; i < 200; ++i) count += PathCount(count);  // 2^200
  PathCount more = count;
  more += PathCount(1);
  CHECK(count < more);
  CHECK(PathCount(UINT64_MAX) < count);
  PathCount carried(UINT64_MAX);
  carried += PathCount(1);
  PathCount doubled(std::uint64_t{1} << 63);
  doubled += PathCount(std::uint64_t{1} << 63);
  CHECK(carried == doubled);
  CHECK(carried > PathCount(UINT64_MAX));
}

TEST_CASE("unrelated histories are told apart in bounded work", "[clock]") {
  History h;
  for (const char* line : {"p", "q"}) {
    h.add(line + std::string("0"), {});
    for (int i = 1; i < 1000; ++i) {
      h.add(line + std::to_string(i), {line + std::to_string(i - 1)});
    }
  }
  const auto found = common_ancestor(h.graph, h.ids({"p999", "q999"}));
  REQUIRE(!found);
  CHECK(found.error().code == ErrorCode::kUnrelatedHistory);
  CHECK(h.graph.visited() < 10 * h.graph.size());

  h.add("merge", {"p999", "q5"});
  const auto nested = common_ancestor(h.graph, h.ids({"merge", "q999"}));
  REQUIRE(!nested);
  CHECK(nested.error().code == ErrorCode::kUnrelatedHistory);
}

TEST_CASE("a chain of 100,000 events needs no stack", "[clock]") {
  EventGraph graph;
  std::vector<Cid> parents;
  Id last = 0;
  for (int i = 0; i < 100'000; ++i) {
    const Cid cid = cid_named(std::to_string(i));
    last = graph.add(cid, {std::move(parents), cid, {}});
    parents = {cid};
  }
  CHECK(graph.generation(last) == 100'000);
  CHECK(graph.contains(last, 0));
  CHECK(graph.missing_below(last, 10).empty());
  CHECK(events_since(graph, Ids{last}, Ids{last - 10}).size() == 10);
}

TEST_CASE("events may arrive in any order, and missing ones are named", "[clock]") {
  History h;
  h.add("c", {"b"});
  CHECK(h.graph.missing_below(h.id("c"), 10) == std::vector{cid_named("b")});
  CHECK(h.graph.generation(h.id("c")) == 2);
  h.add("b", {"a"});
  CHECK(h.graph.missing_below(h.id("c"), 10) == std::vector{cid_named("a")});
  h.add("a", {});
  CHECK(h.graph.missing_below(h.id("c"), 10).empty());
  CHECK(h.graph.generation(h.id("c")) == 3);
  CHECK(h.graph.contains(h.id("c"), h.id("a")));
  CHECK(!h.graph.find(cid_named("d")));
}

}  // namespace fireproof::test
