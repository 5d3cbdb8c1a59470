#include "documents/value_lifetime.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace fireproof {
namespace {

/// For each event the length of the longest way down to one without parents among the events.
std::vector<std::size_t> levels_of(std::span<const NamedEvent> events,
                                   const std::unordered_map<Cid, std::size_t, CidHash>& places) {
  constexpr std::size_t kUnknown = SIZE_MAX;
  std::vector<std::size_t> levels(events.size(), kUnknown);
  std::vector<std::size_t> stack;
  for (std::size_t start = 0; start < events.size(); ++start) {
    stack.push_back(start);
    while (!stack.empty()) {
      const std::size_t at = stack.back();
      std::size_t level = 0;
      bool ready = true;
      for (const Cid& parent : events[at].event.parents) {
        const auto place = places.find(parent);
        if (place == places.end()) continue;
        if (levels[place->second] == kUnknown) {
          stack.push_back(place->second);
          ready = false;
        } else {
          level = std::max(level, levels[place->second] + 1);
        }
      }
      if (!ready) continue;
      levels[at] = level;
      stack.pop_back();
    }
  }
  return levels;
}

/// For each level, how many levels up to it have one event that all events of lower levels lead to, and that leads to all of
/// higher ones: whatever lies on both sides of such a level is in a line.
std::vector<std::size_t> count_cuts(std::span<const NamedEvent> events,
                                    const std::vector<std::size_t>& levels,
                                    const std::unordered_map<Cid, std::size_t, CidHash>& places) {
  const std::size_t height = 1 + *std::max_element(levels.begin(), levels.end());
  std::vector<std::vector<std::size_t>> by_level(height);
  for (std::size_t i = 0; i < events.size(); ++i) by_level[levels[i]].push_back(i);
  std::unordered_set<std::size_t> frontier;  // events that nothing so far descends from
  std::vector<std::size_t> cuts(height, 0);
  std::size_t count = 0;
  for (std::size_t level = 0; level < height; ++level) {
    for (const std::size_t at : by_level[level]) {
      for (const Cid& parent : events[at].event.parents) {
        if (const auto place = places.find(parent); place != places.end())
          frontier.erase(place->second);
      }
      frontier.insert(at);
    }
    if (frontier.size() == 1) ++count;
    cuts[level] = count;
  }
  return cuts;
}

}  // namespace

CidSet lasting_values(std::span<const NamedEvent> events) {
  CidSet lasting;
  if (events.empty()) return lasting;
  std::unordered_map<Cid, std::size_t, CidHash> places;
  for (std::size_t i = 0; i < events.size(); ++i) places.emplace(events[i].cid, i);
  const std::vector<std::size_t> levels = levels_of(events, places);
  const std::vector<std::size_t> cuts = count_cuts(events, levels, places);
  std::map<std::string_view, std::size_t> highest;  // level of the last write of a key
  for (std::size_t i = 0; i < events.size(); ++i) {
    for (const EventOp& op : events[i].event.ops)
      highest[op.key] = std::max(highest[op.key], levels[i]);
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::size_t level = levels[i];
    const std::size_t cuts_below = level == 0 ? 0 : cuts[level - 1];
    for (const EventOp& op : events[i].event.ops) {
      const std::size_t last = highest[op.key];
      const bool overwritten = last > level && cuts[last] > cuts_below;
      if (!overwritten && !op.removes) lasting.insert(op.value);
    }
  }
  return lasting;
}

CidSet values_of_package_changes(const EventGraph& graph, std::span<const EventGraph::Id> heads) {
  CidSet values;
  std::unordered_set<std::string_view> keys;
  std::unordered_set<EventGraph::Id> seen;
  std::vector<EventGraph::Id> stack(heads.rbegin(), heads.rend());
  while (!stack.empty()) {
    const EventGraph::Id at = stack.back();
    stack.pop_back();
    if (!seen.insert(at).second) continue;
    const EventGraph::Node& node = graph.node(at);
    for (auto op = node.ops.rbegin(); op != node.ops.rend(); ++op) {
      if (keys.insert(op->key).second && !op->removes) values.insert(op->value);
    }
    stack.insert(stack.end(), node.parents.rbegin(), node.parents.rend());
  }
  return values;
}

}  // namespace fireproof
