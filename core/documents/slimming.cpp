#include "documents/slimming.hpp"

#include <algorithm>

#include "clock/common_ancestor.hpp"
#include "documents/document_json.hpp"
#include "documents/value_lifetime.hpp"

namespace fireproof {
namespace {

using BlockMap = std::unordered_map<Cid, ByteView, CidHash>;

/// Adds what lies at and below a root, as far as it is among `blocks`: nothing that is not can lead to one that is.
Status keep_below(const Format& format, const BlockMap& blocks, const Cid& root, CidSet& kept) {
  std::vector<Cid> stack{root};
  while (!stack.empty()) {
    const Cid at = std::move(stack.back());
    stack.pop_back();
    const auto block = blocks.find(at);
    if (block == blocks.end() || !kept.insert(at).second) continue;
    FIREPROOF_TRY(Shard shard, format.shards().decode(block->second));
    for (ShardEntry& entry : shard.entries) {
      if (entry.value) kept.insert(std::move(*entry.value));
      if (entry.child) stack.push_back(std::move(*entry.child));
    }
  }
  return {};
}

/// The events among `blocks`.
std::unordered_map<Cid, Event, CidHash> events_among(const BlockMap& blocks) {
  std::unordered_map<Cid, Event, CidHash> events;
  for (const auto& [cid, data] : blocks) {
    if (!looks_like_event(data)) continue;
    if (auto event = decode_event(data)) events.emplace(cid, std::move(*event));
  }
  return events;
}

/// True if no two of the events have the same parent among them, and none has two.
bool is_one_line(const std::unordered_map<Cid, Event, CidHash>& events) {
  CidSet continued;
  for (const auto& [cid, event] : events) {
    std::size_t parents = 0;
    for (const Cid& parent : event.parents) {
      if (!events.contains(parent)) continue;
      ++parents;
      if (!continued.insert(parent).second) return false;
    }
    if (parents > 1) return false;
  }
  return true;
}

/// The roots below which everything stays.
Result<std::vector<Cid>> kept_roots(Database& database, std::span<const CommitBlocks> commits,
                                    const std::unordered_map<Cid, Event, CidHash>& events,
                                    const std::vector<HeadEvent>& heads) {
  std::vector<Cid> roots;
  for (const HeadEvent& head : heads) roots.push_back(head.root);
  const bool is_beginning = std::any_of(
      events.begin(), events.end(), [](const auto& entry) { return entry.second.parents.empty(); });
  if (is_beginning) {
    for (const CommitBlocks& commit : commits.first(std::min(commits.size(), kSharedBeginning))) {
      for (const HeadEvent& head : commit.commit.heads) roots.push_back(head.root);
    }
  }
  if (heads.size() < 2) return roots;
  EventGraph* graph = database.events();
  if (!graph) return suspended();
  std::vector<EventGraph::Id> ids;
  for (const HeadEvent& head : heads) {
    if (const auto id = graph->find(head.event)) ids.push_back(*id);
  }
  FIREPROOF_TRY(const EventGraph::Id ancestor, common_ancestor(*graph, ids));
  roots.push_back(graph->node(ancestor).root);
  return roots;
}

}  // namespace

Result<std::vector<BlockView>> slim(Database& database, std::span<const CommitBlocks> commits,
                                    const std::vector<HeadEvent>& heads) {
  BlockMap blocks;
  for (const CommitBlocks& commit : commits) {
    for (const OpenedBlock& block : commit.blocks) blocks.emplace(block.cid, block.data);
  }
  const auto events = events_among(blocks);
  CidSet kept;
  FIREPROOF_TRY(const std::vector<Cid> roots, kept_roots(database, commits, events, heads));
  for (const Cid& root : roots) FIREPROOF_CHECK(keep_below(database.format(), blocks, root, kept));
  std::vector<NamedEvent> named;
  for (const auto& [cid, event] : events) named.push_back({cid, event});
  kept.merge(lasting_values(named));
  const bool values_stay = !is_one_line(events);
  std::vector<BlockView> views;
  CidSet written;
  for (const CommitBlocks& commit : commits) {
    for (const OpenedBlock& block : commit.blocks) {
      const bool is_value = values_stay && read_document(block.data, false).has_value();
      if (!kept.contains(block.cid) && !events.contains(block.cid) && !is_value) continue;
      if (written.insert(block.cid).second) views.push_back({block.cid, block.data});
    }
  }
  return views;
}

}  // namespace fireproof
