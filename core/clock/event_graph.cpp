#include "clock/event_graph.hpp"

#include <algorithm>
#include <unordered_set>

namespace fireproof {

EventGraph::Id EventGraph::id_of(const Cid& cid) {
  const auto [at, added] = ids_.try_emplace(cid, static_cast<Id>(nodes_.size()));
  if (added) {
    nodes_.push_back({cid, {}, {}, {}, false});
    generations_.push_back(0);
  }
  return at->second;
}

EventGraph::Id EventGraph::add(const Cid& cid, Event event) {
  const Id id = id_of(cid);
  if (nodes_[id].known) return id;
  std::vector<Id> parents;
  parents.reserve(event.parents.size());
  for (const Cid& parent : event.parents) parents.push_back(id_of(parent));
  Node& node = nodes_[id];
  node.parents = std::move(parents);
  node.root = std::move(event.root);
  node.ops = std::move(event.ops);
  node.known = true;
  // Whoever was measured while this event was missing has to be measured again.
  if (generations_[id] != 0) std::fill(generations_.begin(), generations_.end(), 0U);
  return id;
}

void EventGraph::forget(const Cid& cid) {
  const auto id = find(cid);
  if (!id) return;
  Node& node = nodes_[*id];
  node.parents.clear();
  node.ops.clear();
  node.known = false;
  // Its generation still exceeds that of what were its parents: others may rest on it.
}

std::optional<EventGraph::Id> EventGraph::find(const Cid& cid) const {
  const auto at = ids_.find(cid);
  if (at == ids_.end() || !nodes_[at->second].known) return std::nullopt;
  return at->second;
}

std::uint32_t EventGraph::generation(Id id) {
  std::vector<Id> stack{id};
  while (!stack.empty()) {
    const Id top = stack.back();
    if (generations_[top] != 0) {
      stack.pop_back();
      continue;
    }
    count_visit();
    std::uint32_t highest = 0;
    bool ready = true;
    for (const Id parent : nodes_[top].parents) {
      if (generations_[parent] == 0) {
        stack.push_back(parent);
        ready = false;
      }
      highest = std::max(highest, generations_[parent]);
    }
    if (ready) {
      generations_[top] = highest + 1;
      stack.pop_back();
    }
  }
  return generations_[id];
}

bool EventGraph::contains(Id id, Id ancestor) {
  if (id == ancestor) return true;
  const std::uint32_t floor = generation(ancestor);
  if (generation(id) <= floor) return false;
  std::unordered_set<Id> seen{id};
  std::vector<Id> stack{id};
  while (!stack.empty()) {
    const Id top = stack.back();
    stack.pop_back();
    count_visit();
    for (const Id parent : nodes_[top].parents) {
      if (parent == ancestor) return true;
      if (generation(parent) > floor && seen.insert(parent).second) stack.push_back(parent);
    }
  }
  return false;
}

std::vector<Cid> EventGraph::missing_below(Id id, std::size_t limit) {
  std::vector<Cid> missing;
  std::unordered_set<Id> seen{id};
  std::vector<Id> stack{id};
  while (!stack.empty() && missing.size() < limit) {
    const Id top = stack.back();
    stack.pop_back();
    count_visit();
    if (!nodes_[top].known) missing.push_back(nodes_[top].cid);
    for (const Id parent : nodes_[top].parents) {
      if (seen.insert(parent).second) stack.push_back(parent);
    }
  }
  return missing;
}

std::vector<EventGraph::Id> advance(EventGraph& graph, std::vector<EventGraph::Id> head,
                                    EventGraph::Id event) {
  if (std::find(head.begin(), head.end(), event) != head.end()) return head;
  if (std::erase_if(head, [&](EventGraph::Id member) { return graph.contains(event, member); }) ==
          0 &&
      std::any_of(head.begin(), head.end(),
                  [&](EventGraph::Id member) { return graph.contains(member, event); })) {
    return head;
  }
  head.push_back(event);
  return head;
}

}  // namespace fireproof
