#include "documents/compaction.hpp"

#include <deque>

#include "clock/common_ancestor.hpp"
#include "documents/value_lifetime.hpp"

namespace fireproof {
namespace {

/// Gathers blocks in the order in which they are asked for; asks for all that it can know before it gives up.
class Collector {
 public:
  explicit Collector(Database& database) : database_(database) {}

  /// Adds a block; null if it is not resident.
  std::optional<ByteView> add(const Cid& cid) {
    const auto data = database_.find(cid);
    waiting_ = waiting_ || !data;
    if (data && seen_.insert(cid).second) views_.push_back({cid, *data});
    return data;
  }

  /// Adds a block, unless an earlier compaction has left it out.
  void add_if_held(const Cid& cid) {
    if (database_.holds(cid)) add(cid);
  }

  /// Adds the shards from `root` down and what they hold, depth first.
  Status add_tree(const Cid& root) {
    std::vector<Cid> stack{root};
    std::unordered_set<Cid, CidHash> visited;
    while (!stack.empty()) {
      const Cid at = std::move(stack.back());
      stack.pop_back();
      if (!visited.insert(at).second) continue;
      const auto data = add(at);
      if (!data) continue;
      auto shard = database_.format().shards().decode(*data);
      if (!shard) return fail(ErrorCode::kCorruptBlock, at.text() + " " + shard.error().message);
      for (const ShardEntry& entry : shard->entries) {
        if (entry.value) add(*entry.value);
      }
      for (auto entry = shard->entries.rbegin(); entry != shard->entries.rend(); ++entry) {
        if (entry->child) stack.push_back(*entry->child);
      }
    }
    return {};
  }

  /// Adds the events from the head back to the first, breadth first.
  void add_events(const EventGraph& graph, std::span<const EventGraph::Id> heads) {
    std::deque<EventGraph::Id> queue(heads.begin(), heads.end());
    std::unordered_set<EventGraph::Id> queued(heads.begin(), heads.end());
    for (; !queue.empty(); queue.pop_front()) {
      const EventGraph::Node& node = graph.node(queue.front());
      add(node.cid);
      for (const EventGraph::Id parent : node.parents) {
        if (queued.insert(parent).second) queue.push_back(parent);
      }
    }
  }

  Result<std::vector<BlockView>> finish() {
    if (waiting_) return suspended();
    return std::move(views_);
  }

 private:
  Database& database_;
  std::vector<BlockView> views_;
  std::unordered_set<Cid, CidHash> seen_;
  bool waiting_ = false;
};

/// The events that the heads reach, the heads included.
std::vector<NamedEvent> named_events(const EventGraph& graph,
                                     std::span<const EventGraph::Id> heads) {
  std::vector<NamedEvent> events;
  std::vector<EventGraph::Id> stack(heads.begin(), heads.end());
  std::unordered_set<EventGraph::Id> seen;
  while (!stack.empty()) {
    const EventGraph::Id at = stack.back();
    stack.pop_back();
    if (!seen.insert(at).second) continue;
    const EventGraph::Node& node = graph.node(at);
    NamedEvent named{node.cid, {{}, node.root, node.ops}};
    for (const EventGraph::Id parent : node.parents)
      named.event.parents.push_back(graph.node(parent).cid);
    events.push_back(std::move(named));
    stack.insert(stack.end(), node.parents.begin(), node.parents.end());
  }
  return events;
}

}  // namespace

Result<std::vector<BlockView>> collect_live_blocks(Database& database,
                                                   const std::vector<HeadEvent>& heads) {
  EventGraph* graph = database.events();
  if (!graph) return suspended();
  FIREPROOF_TRY(const std::optional<Cid> root, database.effective_root(heads));
  std::vector<EventGraph::Id> ids;
  Collector collector(database);
  for (const HeadEvent& head : heads) {
    const auto id = graph->find(head.event);
    if (!id) return fail(ErrorCode::kCorruptBlock, "event " + head.event.text() + " is missing");
    ids.push_back(*id);
    collector.add(head.event);
  }
  if (root) FIREPROOF_CHECK(collector.add_tree(*root));
  collector.add_events(*graph, ids);
  if (heads.size() > 1) {
    FIREPROOF_TRY(const EventGraph::Id ancestor, common_ancestor(*graph, ids));
    ids.push_back(ancestor);
    for (const EventGraph::Id id : ids) {
      if (database.holds(graph->node(id).root))
        FIREPROOF_CHECK(collector.add_tree(graph->node(id).root));
    }
  }
  // Values that lost to concurrent ones, and those that the JavaScript package shows as changes.
  for (const Cid& value : lasting_values(named_events(*graph, ids))) collector.add_if_held(value);
  for (const Cid& value : values_of_package_changes(*graph, ids)) collector.add_if_held(value);
  return collector.finish();
}

}  // namespace fireproof
