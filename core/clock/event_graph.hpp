#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "clock/event.hpp"

namespace fireproof {

/// The events of a database as a graph in memory. Events may be added in any order; a parent that is not there
/// (yet) is a node without event.
class EventGraph {
 public:
  /// A node's number, stable for the life of the graph.
  using Id = std::uint32_t;

  struct Node {
    Cid cid;
    std::vector<Id> parents;
    Cid root;
    std::vector<EventOp> ops;
    bool known = false;  ///< false: only named as a parent
  };

  /// Adds an event; nothing happens if it is there.
  Id add(const Cid& cid, Event event);

  /// Makes an event one that is only named as a parent. Its number stays its own.
  void forget(const Cid& cid);

  /// The node of a known event.
  [[nodiscard]] std::optional<Id> find(const Cid& cid) const;

  [[nodiscard]] const Node& node(Id id) const { return nodes_[id]; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }

  /// Length of the longest way down to an event without known parents: greater than that of every ancestor.
  std::uint32_t generation(Id id);

  /// True if `ancestor` is `id` or can be reached from it. Nodes below the ancestor's generation are not visited.
  bool contains(Id id, Id ancestor);

  /// Parents that are named by `id` or by what is below it, but not known; at most `limit` of them.
  std::vector<Cid> missing_below(Id id, std::size_t limit);

  /// Nodes visited by all questions so far: what tests hold against the size of the history.
  [[nodiscard]] std::uint64_t visited() const { return visited_; }
  void count_visit() { ++visited_; }

 private:
  Id id_of(const Cid& cid);

  std::vector<Node> nodes_;
  std::vector<std::uint32_t> generations_;  // 0: not computed
  std::unordered_map<Cid, Id, CidHash> ids_;
  std::uint64_t visited_ = 0;
};

/// Advances a head by an event (format pages, section 5.2): drops the members that the event descends from and
/// adds it, unless a member contains it already.
std::vector<EventGraph::Id> advance(EventGraph& graph, std::vector<EventGraph::Id> head,
                                    EventGraph::Id event);

}  // namespace fireproof
