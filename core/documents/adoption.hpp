#pragma once

#include "documents/database.hpp"

namespace fireproof {

/// What a database becomes when it takes over the newest CAR of another device.
struct Adoption {
  LocalRecord record;
  /// Blocks that the new head needs and that no held CAR has: parts of its history, shards and values. At most
  /// kMaxMissing are listed.
  std::vector<Cid> missing;
  bool changed = false;  ///< the head or the log is another one than before
};

constexpr std::size_t kMaxMissing = 1000;

/// Merges a remote head into a local record (format pages 0.14 section 9.2, 0.24 sections 3.6 and 5.3): the car log becomes
/// this group, ours, then those of its header, without what was compacted; the head advances by each of its events in
/// text order. The CARs concerned were added to `database` before. If nothing is missing at the record's own head, subtrees
/// that the CARs of its log hold are taken to be complete and not looked at again.
///
/// `replaced` are groups that compactions have replaced and that were fetched because blocks were missing: what they hold is
/// not missing. Whoever commits the record adds them with `archive_groups`.
///
/// Changes nothing. Fails with kSuspended, with kUnrelatedHistory if the two histories share no event, or with
/// kCorruptBlock if blocks that are there cannot be understood, or an event of the record's own head is nowhere.
Result<Adoption> adopt(Database& database, const LocalRecord& record, const CarGroup& group,
                       const CarHeader& header, const std::vector<CarGroup>& replaced = {});

/// Adds groups that compactions have replaced to the archive of a record, unless its log or its archive has them.
void archive_groups(LocalRecord& record, const std::vector<CarGroup>& replaced);

/// The CARs of a log, each once.
std::vector<Cid> cars_of(const std::vector<CarGroup>& groups);

/// True if the log has this group; a group is a set of CARs.
bool contains_group(const std::vector<CarGroup>& log, const CarGroup& group);

}  // namespace fireproof
