#pragma once

#include <span>

#include "documents/database.hpp"

namespace fireproof {

/// A document's new value: a document or a tombstone.
struct Update {
  std::string id;
  NewBlock value;
};

/// A commit that is ready to be written into a CAR.
struct PreparedCommit {
  std::vector<NewBlock> blocks;  ///< in the order of the format, without the header
  std::vector<HeadEvent> heads;  ///< after it
};

/// The commits that apply `updates` on `heads`, each on the one before; all but the last are the format's own beginning of
/// a database (0.24's genesis, format page 6.1).
///
/// 0.14 (format page 5.5): an event for each update, and with it the shards that it replaced. Shards that the commit itself
/// made and replaced are left out when they are more than kMaxSuperseded bytes: every update makes a new version of a
/// shard of up to 512 KiB.
/// 0.24 (format page 3.3): one event for all updates; none if they change nothing.
///
/// Fails with kSuspended, kUnrelatedHistory or kCorruptBlock (of what is stored), or kInvalidDocument (an id that the tree
/// cannot take).
Result<std::vector<PreparedCommit>> prepare_commit(Database& database,
                                                   const std::vector<HeadEvent>& heads,
                                                   std::span<const Update> updates);

constexpr std::size_t kMaxSuperseded = 1'048'576;

/// The two generations' rules.
Result<PreparedCommit> prepare_commit_14(Database& database, const std::vector<HeadEvent>& heads,
                                         std::span<const Update> updates);
Result<PreparedCommit> prepare_commit_24(Database& database, const std::vector<HeadEvent>& heads,
                                         std::span<const Update> updates);

/// 0.24's first commit.
PreparedCommit genesis_commit();

}  // namespace fireproof
