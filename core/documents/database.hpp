#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "clock/event_graph.hpp"
#include "documents/block_cache.hpp"
#include "documents/block_index.hpp"
#include "documents/local_record.hpp"
#include "formats/format.hpp"
#include "pail/editor.hpp"
#include "pail/tree.hpp"

namespace fireproof {

/// What an operation was waiting for when it failed with kSuspended.
struct Needs {
  std::vector<Cid> blocks;  ///< blocks that are stored but not resident
  bool events = false;      ///< the event index, which is loaded as a whole on first use
};

/// The documents at a head of one or several events.
struct MergedState {
  Cid root;
  std::vector<Cid>
      shards;  ///< made by the replay of several heads and in no CAR, in the order of the format
  std::vector<Cid> replaced;  ///< what the replay replaced
  std::vector<Cid> made;      ///< what the replay made, also where a CAR has it
};

/// The blocks and events of one database in memory, over what is stored: which CARs are held, where their blocks lie, and
/// the recent blocks themselves. Knows no documents and does no I/O.
class Database final : public BlockSource {
 public:
  /// `cache_budget` in bytes.
  Database(const Format& format, std::size_t cache_budget);

  [[nodiscard]] const Format& format() const { return format_; }
  KeyRing& keys() { return keys_; }
  [[nodiscard]] const KeyRing& keys() const { return keys_; }
  [[nodiscard]] const BlockIndex& index() const { return index_; }

  /// Takes over the row of a stored CAR (table "blocks").
  Status add_stored_car(const Cid& car, ByteView row) { return index_.add(car, row, true); }

  /// Takes over the events of a stored CAR (table "events"). Events whose bytes do not match their CID are left out.
  /// False if the row holds anything else besides: then some of its events may be missing.
  bool add_stored_events(ByteView row);
  void set_events_loaded() { events_loaded_ = true; }

  /// Takes over a stored CAR that was just opened. Its rows for storage:
  struct Rows {
    Bytes blocks;
    Bytes events;
  };
  Rows add_opened_car(const Cid& name, OpenedCar car);

  /// The same for a CAR that is in no storage yet: it is pending, with one more owner. Use PendingCars. Its blocks stay
  /// resident until it is stored or dropped.
  Rows add_pending_car(const Cid& name, OpenedCar car);

  /// One more owner of a pending CAR; false if it is not pending.
  bool hold_pending(const Cid& name);

  /// One owner less. A CAR that lost its last one before it was stored is dropped: its blocks and events are not found any
  /// more, unless other CARs have them.
  void release_pending(const Cid& name);

  /// These CARs were stored.
  void mark_stored(const std::vector<Cid>& names);

  /// True if a record may name this CAR: it is stored, or was, and is known to be lost.
  [[nodiscard]] bool is_nameable(const Cid& car) const {
    return index_.is_stored(car) || lost_.contains(car);
  }

  /// A CAR of a small commit is stored without rows, and taken over whole when the database is opened.
  void set_rowless(const Cid& car, bool rowless) { index_.set_rowless(car, rowless); }
  [[nodiscard]] bool is_rowless(const Cid& car) const { return index_.is_rowless(car); }

  /// Notes that CARs were deleted from storage.
  void drop_cars(const std::vector<Cid>& names);

  /// Takes over the blocks of a stored CAR that was read and opened again. It is lost if it lacks one of `cids`.
  void add_reopened_car(const Cid& name, OpenedCar car, const std::vector<Cid>& cids);

  /// Notes that a CAR is not in storage any more, or damaged there: other copies of its blocks are used.
  void add_lost(const Cid& car);

  /// The same for a CAR that was not taken over.
  void note_lost(const Cid& car) { lost_.insert(car); }

  /// The CARs that were found lost and not replaced since.
  [[nodiscard]] const std::unordered_set<Cid, CidHash>& lost() const { return lost_; }

  /// Takes over a range of a stored CAR that was read for `cids`. Blocks that do not match are not asked for there again,
  /// and the CAR is lost.
  void add_range(const Cid& car, std::uint32_t offset, Bytes stored, const std::vector<Cid>& cids);

  /// Looks for a resident block; one that is stored but not resident is added to `needs()`.
  std::optional<ByteView> find(const Cid& cid) override;

  /// The same for a block that nobody has to load if it is not resident.
  std::optional<ByteView> resident(const Cid& cid) { return cache_.find(cid); }

  /// True if some held CAR has the block (as far as 8 bytes of its digest tell), or a replay made it.
  [[nodiscard]] bool holds(const Cid& cid) const {
    return is_derived(cid) || !index_.find(cid).empty();
  }

  /// True if a replay made the block.
  [[nodiscard]] bool is_derived(const Cid& cid) const { return derived_.contains(cid); }

  [[nodiscard]] bool events_loaded() const { return events_loaded_; }

  /// The event index. Null and noted in `needs()` until it is loaded.
  EventGraph* events();

  /// What has been asked for in vain since the last call. Empty needs after kSuspended mean that a block is nowhere.
  Needs take_needs();

  /// A block that was asked for since the last call and that no CAR holds undamaged; empty if there was none.
  [[nodiscard]] const std::vector<Cid>& absent() const { return absent_; }
  void clear_absent() { absent_.clear(); }

  /// The root shard of the documents at this head: that of its only event, or the result of the replay (format pages 0.14
  /// section 5.4, 0.24 section 7.5), which is remembered. Nothing for an empty head. A root that no CAR has, because a seal or
  /// a compaction left it out, is made again from the events before it. Fails with kSuspended, kUnrelatedHistory or
  /// kCorruptBlock.
  Result<std::optional<Cid>> effective_root(const std::vector<HeadEvent>& heads);

  /// The same for a head that is not empty, with what the replay made.
  Result<MergedState> merged_state(const std::vector<HeadEvent>& heads);

  /// Keeps blocks that are in no CAR (yet) for the operation that made them.
  void add_derived(const std::vector<NewBlock>& blocks);

  /// Frees blocks beyond the budget. Views that `find` gave end here.
  void trim();

 private:
  Result<EventGraph*> complete_history(const std::vector<HeadEvent>& heads,
                                       std::vector<EventGraph::Id>& ids);
  Result<MergedState> replay(EventGraph& graph, std::vector<EventGraph::Id> heads, int depth);
  Result<Cid> root_of(EventGraph& graph, EventGraph::Id event, int depth);
  [[nodiscard]] bool is_in_stored_car(const Cid& cid) const;
  [[nodiscard]] Result<std::vector<Cid>> derived_below(const Cid& root) const;

  Rows take_car(const Cid& name, OpenedCar& car, std::vector<BlockCache::Part>& parts,
                std::vector<Cid>& events);

  /// A CAR that somebody is about to store.
  struct Pending {
    std::size_t owners = 0;
    std::vector<Cid> events;
    BlockCache::Pin buffer;
    bool stored = false;    // meanwhile; its buffer may leave
    bool was_lost = false;  // it takes the place of one that the storage has lost
  };

  const Format& format_;
  KeyRing keys_;
  BlockIndex index_;
  BlockCache cache_;
  EventGraph events_;
  bool events_loaded_ = false;
  Needs needs_;
  std::unordered_set<Cid, CidHash> needed_;
  std::unordered_set<Cid, CidHash> lost_;
  std::unordered_map<Cid, Pending, CidHash> pending_;
  std::vector<Cid> absent_;
  // Results of replays, by the text of the head, and the blocks that exist nowhere else.
  std::unordered_map<std::string, MergedState> merged_;
  std::unordered_map<Cid, Bytes, CidHash> derived_;
  std::size_t derived_bytes_ = 0;
};

}  // namespace fireproof
