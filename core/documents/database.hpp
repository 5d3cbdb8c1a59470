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
  Status add_stored_car(const Cid& car, ByteView row) { return index_.add(car, row); }

  /// Takes over the events of a stored CAR (table "events"). Events whose bytes do not match their CID are left out.
  void add_stored_events(ByteView row);
  void set_events_loaded() { events_loaded_ = true; }

  /// Takes over a CAR that was just opened. Its rows for storage:
  struct Rows {
    Bytes blocks;
    Bytes events;
  };
  Rows add_opened_car(const Cid& name, OpenedCar car);

  /// Undoes add_opened_car for a CAR whose rows could not be stored. Its blocks may stay resident for a while.
  void forget_car(const Cid& name) { index_.remove(name); }

  /// Takes over the blocks of a stored CAR that was read and opened again. Those of `cids` that it lacks are noted as
  /// damaged.
  void add_reopened_car(OpenedCar car, const std::vector<Cid>& cids);

  /// Notes that these blocks cannot be read although a stored CAR is said to hold them.
  void add_damaged(const std::vector<Cid>& cids);

  /// Takes over a range of a stored CAR that was read for `cids`; blocks that do not match are left out, and noted as
  /// damaged so that they are not asked for again.
  void add_range(const Cid& car, std::uint32_t offset, Bytes stored, const std::vector<Cid>& cids);

  /// Looks for a resident block; one that is stored but not resident is added to `needs()`.
  std::optional<ByteView> find(const Cid& cid) override;

  /// True if some held CAR has the block (as far as 8 bytes of its digest tell), or the last replay made it.
  [[nodiscard]] bool holds(const Cid& cid) const {
    return merged_shards_.contains(cid) || (!damaged_.contains(cid) && !index_.find(cid).empty());
  }

  [[nodiscard]] bool events_loaded() const { return events_loaded_; }

  /// The event index. Null and noted in `needs()` until it is loaded.
  EventGraph* events();

  /// What has been asked for in vain since the last call. Empty needs after kSuspended mean that a block is nowhere.
  Needs take_needs();

  /// A block that was asked for since the last call and that no CAR holds undamaged; empty if there was none.
  [[nodiscard]] const std::vector<Cid>& absent() const { return absent_; }
  void clear_absent() { absent_.clear(); }

  /// The root shard of the documents at this head: that of its only event, or the result of the replay (format pages 0.14
  /// section 5.4, 0.24 section 7.5), which is remembered. Nothing for an empty head.
  Result<std::optional<Cid>> effective_root(const std::vector<HeadEvent>& heads);

  /// Frees blocks beyond the budget. Views that `find` gave end here.
  void trim() { cache_.trim(); }

 private:
  Result<Cid> replay(const std::vector<HeadEvent>& heads);

  const Format& format_;
  KeyRing keys_;
  BlockIndex index_;
  BlockCache cache_;
  EventGraph events_;
  bool events_loaded_ = false;
  Needs needs_;
  std::unordered_set<Cid, CidHash> needed_;
  std::unordered_set<Cid, CidHash> damaged_;
  std::vector<Cid> absent_;
  // The last merged head: its root, and the shards that exist nowhere else.
  std::vector<HeadEvent> merged_heads_;
  Cid merged_root_;
  std::unordered_map<Cid, Bytes, CidHash> merged_shards_;
};

}  // namespace fireproof
