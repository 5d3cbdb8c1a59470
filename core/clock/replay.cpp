#include "clock/replay.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "clock/path_count.hpp"

namespace fireproof {
namespace {

using Id = EventGraph::Id;

struct Weighed {
  Id id = 0;
  PathCount paths;   // from all heads to here
  PathCount weight;  // sum of their lengths
};

/// All events that the walk meets, descendants before ancestors.
std::vector<Weighed> walk(EventGraph& graph, std::span<const Id> heads,
                          const std::function<bool(Id)>& expand) {
  std::vector<Weighed> events;
  std::unordered_set<Id> seen(heads.begin(), heads.end());
  std::vector<Id> stack(seen.begin(), seen.end());
  while (!stack.empty()) {
    const Id id = stack.back();
    stack.pop_back();
    graph.count_visit();
    if (!graph.node(id).known) continue;
    events.push_back({id, {}, {}});
    if (!expand(id)) continue;
    for (const Id parent : graph.node(id).parents) {
      if (seen.insert(parent).second) stack.push_back(parent);
    }
  }
  for (const Weighed& event : events) graph.generation(event.id);
  std::sort(events.begin(), events.end(), [&](const Weighed& a, const Weighed& b) {
    return graph.generation(a.id) > graph.generation(b.id);
  });
  return events;
}

}  // namespace

std::vector<Id> replay_order(EventGraph& graph, std::span<const Id> heads,
                             const std::function<bool(Id)>& expand) {
  std::vector<Weighed> events = walk(graph, heads, expand);
  std::unordered_map<Id, std::size_t> index;
  for (std::size_t i = 0; i < events.size(); ++i) index.emplace(events[i].id, i);
  for (const Id head : heads) {
    if (const auto at = index.find(head); at != index.end())
      events[at->second].paths += PathCount(1);
  }
  for (const Weighed& event : events) {
    graph.count_visit();
    if (!expand(event.id)) continue;
    PathCount longer = event.weight;  // every path gets one longer on the way to a parent
    longer += event.paths;
    for (const Id parent : graph.node(event.id).parents) {
      const auto at = index.find(parent);
      if (at == index.end()) continue;
      events[at->second].paths += event.paths;
      events[at->second].weight += longer;
    }
  }
  std::sort(events.begin(), events.end(), [&](const Weighed& a, const Weighed& b) {
    const auto order = a.weight <=> b.weight;
    if (order != 0) return order > 0;
    return CidTextOrder{}(graph.node(a.id).cid, graph.node(b.id).cid);
  });
  std::vector<Id> ids;
  ids.reserve(events.size());
  for (const Weighed& event : events) ids.push_back(event.id);
  return ids;
}

std::vector<Id> events_to_replay(EventGraph& graph, std::span<const Id> heads, Id ancestor) {
  return replay_order(graph, heads, [&](Id id) {
    const auto& parents = graph.node(id).parents;
    return !(parents.size() == 1 && parents[0] == ancestor);
  });
}

std::vector<Id> events_since(EventGraph& graph, std::span<const Id> heads,
                             std::span<const Id> since) {
  std::unordered_set<Id> old(since.begin(), since.end());
  std::vector<Id> stack(since.begin(), since.end());
  while (!stack.empty()) {
    const Id id = stack.back();
    stack.pop_back();
    graph.count_visit();
    for (const Id parent : graph.node(id).parents) {
      if (old.insert(parent).second) stack.push_back(parent);
    }
  }
  std::vector<Id> order = replay_order(graph, heads, [&](Id id) { return !old.contains(id); });
  std::erase_if(order, [&](Id id) { return old.contains(id); });
  return order;
}

}  // namespace fireproof
