#pragma once

#include <span>

#include "documents/database.hpp"

namespace fireproof {

/// A commit whose blocks are about to be sealed together with others.
struct CommitBlocks {
  TailCommit commit;
  std::vector<OpenedBlock> blocks;  ///< without the header
};

/// The blocks of several consecutive commits of this origin in their order, each once, without shards and values that later
/// commits among them made useless. Nobody else has the events that name those, so nobody can fork where they are needed:
/// kept are all events, everything below the root of each event of the last head, and below that of the common ancestor
/// of several (format pages 0.14 section 9.4, 0.24 section 10.21), and values that merges may bring back (value_lifetime.hpp).
///
/// Two devices that begin a database with the same writes make the same events. So everything below the heads of the first
/// kSharedBeginning commits of a history is kept too. Values stay when the events fork among themselves: 0.24 shows the value
/// of the event that it meets first, which may be one that lost.
///
/// Fails with kSuspended, or kCorruptBlock.
Result<std::vector<BlockView>> slim(Database& database, std::span<const CommitBlocks> commits,
                                    const std::vector<HeadEvent>& heads);

constexpr std::size_t kSharedBeginning = 64;

}  // namespace fireproof
