#include "documents/database.hpp"

#include <algorithm>

#include "car/car.hpp"
#include "clock/common_ancestor.hpp"
#include "clock/replay.hpp"
#include "crypto/sha256.hpp"
#include "multiformats/varint.hpp"

namespace fireproof {
namespace {

/// Shards of replays are kept up to this many bytes.
constexpr std::size_t kMaxDerivedBytes = std::size_t{16} << 20;

Status apply(TreeEditor& editor, const std::vector<EventOp>& ops) {
  Status result;
  for (const EventOp& op : ops) {
    Status done = op.removes ? editor.remove(op.key) : editor.put(op.key, op.value);
    if (!done && done.error().code != ErrorCode::kSuspended) return done;
    if (!done) result = std::move(done);  // go on, to ask for all shards in one go
  }
  return result;
}

}  // namespace

Database::Database(const Format& format, std::size_t cache_budget)
    : format_(format), cache_(cache_budget) {}

Database::Rows Database::add_opened_car(const Cid& name, OpenedCar car) {
  std::vector<BlockCache::Part> parts;
  std::vector<Cid> events;
  Rows rows = take_car(name, car, parts, events);
  cache_.add(std::move(car.bytes), std::move(parts));
  return rows;
}

Database::Rows Database::add_pending_car(const Cid& name, OpenedCar car) {
  const bool was_lost = lost_.contains(name);
  std::vector<BlockCache::Part> parts;
  std::vector<Cid> events;
  Rows rows = take_car(name, car, parts, events);
  const auto known = pending_.find(name);
  if (known != pending_.end()) {
    ++known->second.owners;
  } else if (index_.is_stored(name)) {
    cache_.add(std::move(car.bytes), std::move(parts));
  } else {
    const BlockCache::Pin buffer = cache_.add_pinned(std::move(car.bytes), std::move(parts));
    pending_.emplace(name, Pending{1, std::move(events), buffer, false, was_lost});
  }
  return rows;
}

bool Database::hold_pending(const Cid& name) {
  const auto at = pending_.find(name);
  if (at == pending_.end()) return false;
  ++at->second.owners;
  return true;
}

void Database::release_pending(const Cid& name) {
  const auto at = pending_.find(name);
  if (at == pending_.end() || --at->second.owners > 0) return;
  const Pending pending = std::move(at->second);
  pending_.erase(at);
  if (pending.stored) return;
  BlockCache::unpin(pending.buffer);
  index_.remove_unstored({name});
  merged_.clear();  // what they name as held may have been in there
  if (pending.was_lost) lost_.insert(name);
  for (const Cid& event : pending.events) {
    if (index_.find(event).empty()) events_.forget(event);
  }
}

void Database::mark_stored(const std::vector<Cid>& names) {
  index_.mark_stored(names);
  for (const Cid& name : names) {
    const auto at = pending_.find(name);
    if (at == pending_.end() || std::exchange(at->second.stored, true)) continue;
    BlockCache::unpin(at->second.buffer);
  }
}

/// Takes over where the blocks of a CAR lie, and its events.
Database::Rows Database::take_car(const Cid& name, OpenedCar& car,
                                  std::vector<BlockCache::Part>& parts, std::vector<Cid>& events) {
  Rows rows{BlockIndex::make_row(car), {}};
  parts.reserve(car.blocks.size());
  for (OpenedBlock& block : car.blocks) {
    if (looks_like_event(block.data)) {
      if (auto event = decode_event(block.data)) {
        car::append_block(rows.events, block.cid, block.data);
        events_.add(block.cid, std::move(*event));
        events.push_back(block.cid);
      }
    }
    parts.push_back({std::move(block.cid), block.data});
  }
  if (lost_.erase(name) > 0) index_.remove({name});
  (void)index_.add(name, rows.blocks, false);  // a row that was just made is well formed
  return rows;
}

void Database::add_reopened_car(const Cid& name, OpenedCar car, const std::vector<Cid>& cids) {
  std::unordered_set<Cid, CidHash> present;
  std::vector<BlockCache::Part> parts;
  parts.reserve(car.blocks.size());
  for (const OpenedBlock& block : car.blocks) {
    present.insert(block.cid);
    parts.push_back({block.cid, block.data});
  }
  for (const Cid& cid : cids) {
    if (present.contains(cid)) continue;
    index_.remove_block(name, cid);
    lost_.insert(name);
  }
  cache_.add(std::move(car.bytes), std::move(parts));
}

void Database::drop_cars(const std::vector<Cid>& names) {
  for (const Cid& name : names) lost_.erase(name);
  index_.remove(names);
}

void Database::add_lost(const Cid& car) {
  if (!index_.has_car(car)) return;  // it was dropped meanwhile
  lost_.insert(car);
  index_.remove({car});
}

bool Database::add_stored_events(ByteView row) {
  bool whole = true;
  while (!row.empty()) {
    const auto size = varint::decode(row);
    if (!size || size->value > row.size() - size->size) return false;
    const ByteView section = row.subspan(size->size, static_cast<std::size_t>(size->value));
    row = row.subspan(size->size + section.size());
    auto cid = Cid::read(section);
    if (!cid || !matches(cid->cid, section.subspan(cid->size))) {
      whole = false;
      continue;
    }
    if (auto event = decode_event(section.subspan(cid->size)))
      events_.add(cid->cid, std::move(*event));
  }
  return whole;
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
    if (found) continue;
    index_.remove_block(car, cid);
    lost_.insert(car);
  }
  cache_.add(std::move(stored), std::move(parts));
}

std::optional<ByteView> Database::find(const Cid& cid) {
  if (const auto block = cache_.find(cid)) return block;
  if (const auto at = derived_.find(cid); at != derived_.end()) return ByteView(at->second);
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

void Database::add_derived(const std::vector<NewBlock>& blocks) {
  for (const NewBlock& block : blocks) {
    if (derived_.try_emplace(block.cid, block.data).second) derived_bytes_ += block.data.size();
  }
}

void Database::trim() {
  cache_.trim();
  if (derived_bytes_ <= kMaxDerivedBytes) return;
  merged_.clear();
  derived_.clear();
  derived_bytes_ = 0;
}

// ---- the state at a head

Result<std::optional<Cid>> Database::effective_root(const std::vector<HeadEvent>& heads) {
  if (heads.empty()) return std::nullopt;
  FIREPROOF_TRY(MergedState state, merged_state(heads));
  return std::optional<Cid>(std::move(state.root));
}

Result<MergedState> Database::merged_state(const std::vector<HeadEvent>& heads) {
  if (heads.size() == 1 && holds(heads.front().root)) {
    MergedState state{heads.front().root, {}, {}, {}};
    FIREPROOF_TRY(state.shards, derived_below(state.root));
    return state;
  }
  std::string name;
  for (const HeadEvent& head : heads) name += head.event.text();
  if (const auto known = merged_.find(name); known != merged_.end()) return known->second;
  std::vector<EventGraph::Id> ids;
  FIREPROOF_TRY(EventGraph * graph, complete_history(heads, ids));
  MergedState state;
  if (ids.size() == 1) {
    FIREPROOF_TRY(state.root, root_of(*graph, ids.front(), 0));
  } else {
    FIREPROOF_TRY(state, replay(*graph, ids, 0));
  }
  FIREPROOF_TRY(state.shards, derived_below(state.root));
  merged_.emplace(std::move(name), state);
  return state;
}

/// The events of a head by number, if all that came before them is known: without it, nobody can say where they parted.
Result<EventGraph*> Database::complete_history(const std::vector<HeadEvent>& heads,
                                               std::vector<EventGraph::Id>& ids) {
  EventGraph* graph = events();
  if (!graph) return suspended();
  const auto is_missing = [](const Cid& event) {
    return fail(ErrorCode::kCorruptBlock, "event " + event.text() + " is missing");
  };
  for (const HeadEvent& head : heads) {
    const auto id = graph->find(head.event);
    if (!id) return is_missing(head.event);
    ids.push_back(*id);
  }
  for (const EventGraph::Id id : ids) {
    const std::vector<Cid> missing = graph->missing_below(id, 1);
    if (!missing.empty()) return is_missing(missing.front());
  }
  return graph;
}

Result<MergedState> Database::replay(EventGraph& graph, std::vector<EventGraph::Id> heads,
                                     int depth) {
  FIREPROOF_TRY(const EventGraph::Id ancestor, common_ancestor(graph, heads));
  FIREPROOF_TRY(Cid start, root_of(graph, ancestor, depth));
  TreeEditor editor(format_.shards(), *this, std::move(start));
  bool waiting = false;
  for (const EventGraph::Id id : events_to_replay(graph, heads, ancestor)) {
    const Status done = apply(editor, graph.node(id).ops);
    if (done) continue;
    if (done.error().code != ErrorCode::kSuspended) return fail(done.error());
    waiting = true;  // go on, to ask for all shards in one go
  }
  if (waiting) return suspended();
  TreeEditor::Finished finished = editor.finish();
  add_derived(finished.blocks);
  MergedState state{finished.root, {}, std::move(finished.replaced), {}};
  for (const NewBlock& block : finished.blocks) state.made.push_back(block.cid);
  return state;
}

/// The root shard of an event: the one that it names, if that is held, else made again from the nearest event before it whose
/// root is. Not where it lies in a history of merges whose roots are all gone, deeper than kMaxRebuilds.
Result<Cid> Database::root_of(EventGraph& graph, EventGraph::Id event, int depth) {
  constexpr int kMaxRebuilds = 100;
  std::vector<EventGraph::Id> path;
  std::optional<Cid> start;
  for (EventGraph::Id at = event;;) {
    const EventGraph::Node& node = graph.node(at);
    if (holds(node.root)) {
      start = node.root;
      break;
    }
    path.push_back(at);
    if (node.parents.empty()) break;
    if (node.parents.size() == 1) {
      at = node.parents.front();
      continue;
    }
    if (depth == kMaxRebuilds)
      return fail(ErrorCode::kCorruptBlock, "shard " + node.root.text() + " is missing");
    FIREPROOF_TRY(const MergedState merged, replay(graph, node.parents, depth + 1));
    start = merged.root;
    break;
  }
  if (path.empty()) return *start;
  TreeEditor editor(format_.shards(), *this, start);
  for (auto at = path.rbegin(); at != path.rend(); ++at)
    FIREPROOF_CHECK(apply(editor, graph.node(*at).ops));
  TreeEditor::Finished finished = editor.finish();
  add_derived(finished.blocks);
  return finished.root;
}

/// A pending CAR that has it may be dropped.
bool Database::is_in_stored_car(const Cid& cid) const {
  const std::vector<BlockIndex::Location> places = index_.find(cid);
  return std::any_of(places.begin(), places.end(),
                     [&](const auto& place) { return index_.car(place.car).stored; });
}

/// The shards at and below `root` that no stored CAR holds, each after those below it.
Result<std::vector<Cid>> Database::derived_below(const Cid& root) const {
  struct Step {
    Cid cid;
    std::vector<Cid> children;
  };
  std::vector<Cid> found;
  std::unordered_set<Cid, CidHash> seen;
  std::vector<Step> path;
  const auto enter = [&](const Cid& cid) -> Status {
    const auto at = derived_.find(cid);
    if (at == derived_.end() || is_in_stored_car(cid) || !seen.insert(cid).second) return {};
    FIREPROOF_TRY(const Shard shard, format_.shards().decode(at->second));
    Step step{cid, {}};
    for (auto entry = shard.entries.rbegin(); entry != shard.entries.rend(); ++entry) {
      if (entry->child) step.children.push_back(*entry->child);
    }
    path.push_back(std::move(step));
    return {};
  };
  FIREPROOF_CHECK(enter(root));
  while (!path.empty()) {
    std::vector<Cid>& children = path.back().children;
    if (children.empty()) {
      found.push_back(std::move(path.back().cid));
      path.pop_back();
      continue;
    }
    const Cid child = std::move(children.back());
    children.pop_back();
    FIREPROOF_CHECK(enter(child));
  }
  return found;
}

}  // namespace fireproof
