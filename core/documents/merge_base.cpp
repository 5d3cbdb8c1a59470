#include "documents/merge_base.hpp"

#include <algorithm>

#include "clock/common_ancestor.hpp"
#include "documents/adoption.hpp"

namespace fireproof {
namespace {

/// The CARs of the sealed log by number.
std::unordered_set<std::uint32_t> sealed_cars(const Database& database, const LocalRecord& record) {
  std::unordered_set<std::uint32_t> numbers;
  for (const Cid& car : cars_of(record.sealed)) {
    if (const auto number = database.index().number(car)) numbers.insert(*number);
  }
  return numbers;
}

}  // namespace

Result<std::vector<BlockView>> missing_merge_base(Database& database, const LocalRecord& record,
                                                  const std::vector<HeadEvent>& heads) {
  std::vector<BlockView> missing;
  if (heads.size() < 2 || record.archive.empty()) return missing;
  EventGraph* graph = database.events();
  if (!graph) return suspended();
  std::vector<EventGraph::Id> ids;
  for (const HeadEvent& head : heads) {
    const auto id = graph->find(head.event);
    if (!id) return fail(ErrorCode::kCorruptBlock, "event " + head.event.text() + " is missing");
    ids.push_back(*id);
  }
  FIREPROOF_TRY(const EventGraph::Id ancestor, common_ancestor(*graph, ids));
  const EventGraph::Node& node = graph->node(ancestor);
  FIREPROOF_TRY(const std::optional<Cid> root, database.effective_root({{node.cid, node.root}}));
  const auto sealed = sealed_cars(database, record);
  std::vector<Cid> stack{*root};
  std::unordered_set<Cid, CidHash> seen;
  bool waiting = false;
  while (!stack.empty()) {
    const Cid at = std::move(stack.back());
    stack.pop_back();
    if (!seen.insert(at).second) continue;
    const auto data = database.find(at);
    waiting = waiting || !data;
    if (!data) continue;
    const auto places = database.index().find(at);
    const bool listed = std::any_of(places.begin(), places.end(),
                                    [&](const auto& place) { return sealed.contains(place.car); });
    if (!listed) missing.push_back({at, *data});
    auto shard = database.format().shards().decode(*data);
    if (!shard) return fail(ErrorCode::kCorruptBlock, at.text() + " " + shard.error().message);
    for (ShardEntry& entry : shard->entries) {
      if (entry.child) stack.push_back(std::move(*entry.child));
    }
  }
  if (waiting) return suspended();
  return missing;
}

}  // namespace fireproof
