#include "documents/database.hpp"

#include "car/car.hpp"
#include "clock/common_ancestor.hpp"
#include "clock/replay.hpp"
#include "crypto/sha256.hpp"
#include "multiformats/varint.hpp"

namespace fireproof {
namespace {

/// Cheap test for "may be an event block": a map of two members whose first key is "data".
bool looks_like_event(ByteView block) {
  constexpr std::string_view kStart =
      "\xa2\x64"
      "data";
  return as_text(block).starts_with(kStart);
}

}  // namespace

Database::Database(const Format& format, std::size_t cache_budget)
    : format_(format), cache_(cache_budget) {}

Database::Rows Database::add_opened_car(const Cid& name, OpenedCar car) {
  Rows rows{BlockIndex::make_row(car), {}};
  std::vector<BlockCache::Part> parts;
  parts.reserve(car.blocks.size());
  for (OpenedBlock& block : car.blocks) {
    if (looks_like_event(block.data)) {
      if (auto event = decode_event(block.data)) {
        car::append_block(rows.events, block.cid, block.data);
        events_.add(block.cid, std::move(*event));
      }
    }
    damaged_.erase(block.cid);
    parts.push_back({std::move(block.cid), block.data});
  }
  cache_.add(std::move(car.bytes), std::move(parts));
  (void)index_.add(name, rows.blocks);  // a row that was just made is well formed
  return rows;
}

void Database::add_reopened_car(OpenedCar car, const std::vector<Cid>& cids) {
  std::unordered_set<Cid, CidHash> present;
  std::vector<BlockCache::Part> parts;
  parts.reserve(car.blocks.size());
  for (const OpenedBlock& block : car.blocks) {
    present.insert(block.cid);
    parts.push_back({block.cid, block.data});
  }
  for (const Cid& cid : cids) {
    if (!present.contains(cid)) damaged_.insert(cid);
  }
  cache_.add(std::move(car.bytes), std::move(parts));
}

void Database::add_damaged(const std::vector<Cid>& cids) {
  damaged_.insert(cids.begin(), cids.end());
}

void Database::add_stored_events(ByteView row) {
  while (!row.empty()) {
    const auto size = varint::decode(row);
    if (!size || size->value > row.size() - size->size) return;
    const ByteView section = row.subspan(size->size, static_cast<std::size_t>(size->value));
    row = row.subspan(size->size + section.size());
    auto cid = Cid::read(section);
    if (!cid || !matches(cid->cid, section.subspan(cid->size))) continue;
    if (auto event = decode_event(section.subspan(cid->size)))
      events_.add(cid->cid, std::move(*event));
  }
}

void Database::add_range(const Cid& car, std::uint32_t offset, Bytes stored,
                         const std::vector<Cid>& cids) {
  std::vector<BlockCache::Part> parts;
  for (const Cid& cid : cids) {
    bool found = false;
    for (const BlockIndex::Location& at : index_.find(cid)) {
      const BlockIndex::StoredCar& holder = index_.car(at.car);
      if (holder.name != car || at.offset < offset || at.offset - offset > stored.size() ||
          at.size > stored.size() - (at.offset - offset)) {
        continue;
      }
      const auto range = std::span(stored).subspan(at.offset - offset, at.size);
      const auto block = open_range(car, holder.layout, cid, at.offset, range, keys_);
      if (!block) continue;
      parts.push_back({cid, *block});
      found = true;
      break;
    }
    if (!found) damaged_.insert(cid);
  }
  cache_.add(std::move(stored), std::move(parts));
}

std::optional<ByteView> Database::find(const Cid& cid) {
  if (const auto block = cache_.find(cid)) return block;
  if (const auto at = merged_shards_.find(cid); at != merged_shards_.end())
    return ByteView(at->second);
  if (holds(cid)) {
    if (needed_.insert(cid).second) needs_.blocks.push_back(cid);
  } else {
    absent_.push_back(cid);
  }
  return std::nullopt;
}

EventGraph* Database::events() {
  if (events_loaded_) return &events_;
  needs_.events = true;
  return nullptr;
}

Needs Database::take_needs() {
  needed_.clear();
  return std::exchange(needs_, {});
}

Result<std::optional<Cid>> Database::effective_root(const std::vector<HeadEvent>& heads) {
  if (heads.empty()) return std::nullopt;
  if (heads.size() == 1) return heads.front().root;
  if (heads == merged_heads_) return merged_root_;
  FIREPROOF_TRY(Cid root, replay(heads));
  return std::optional<Cid>(std::move(root));
}

Result<Cid> Database::replay(const std::vector<HeadEvent>& heads) {
  EventGraph* graph = events();
  if (!graph) return suspended();
  std::vector<EventGraph::Id> ids;
  for (const HeadEvent& head : heads) {
    const auto id = graph->find(head.event);
    if (!id) return fail(ErrorCode::kCorruptBlock, "event " + head.event.text() + " is missing");
    ids.push_back(*id);
  }
  // Without all of the history, nobody can say where the heads parted.
  for (const EventGraph::Id id : ids) {
    const std::vector<Cid> missing = graph->missing_below(id, 1);
    if (!missing.empty()) {
      return fail(ErrorCode::kCorruptBlock, "event " + missing.front().text() + " is missing");
    }
  }
  FIREPROOF_TRY(const EventGraph::Id ancestor, common_ancestor(*graph, ids));
  TreeEditor editor(format_.shards(), *this, graph->node(ancestor).root);
  bool waiting = false;
  for (const EventGraph::Id id : events_to_replay(*graph, ids, ancestor)) {
    for (const EventOp& op : graph->node(id).ops) {
      const Status done = op.removes ? editor.remove(op.key) : editor.put(op.key, op.value);
      if (done) continue;
      if (done.error().code != ErrorCode::kSuspended) return fail(done.error());
      waiting = true;  // go on, to ask for all shards in one go
    }
  }
  if (waiting) return suspended();
  TreeEditor::Finished finished = editor.finish();
  merged_shards_.clear();
  for (NewBlock& block : finished.blocks)
    merged_shards_.emplace(std::move(block.cid), std::move(block.data));
  merged_heads_ = heads;
  merged_root_ = finished.root;
  return finished.root;
}

}  // namespace fireproof
