#pragma once

#include "documents/database.hpp"

namespace fireproof {

/// All blocks that a database needs at this head, for one CAR: every event back to the first, the shards of the merged state
/// with the current values, those that merges may bring back and those that the JavaScript package shows as changes, and for a
/// head of several events also what is needed to merge them (format pages 0.14 section 7.1, 0.24 section 8). Old shards and
/// superseded values are left out. Fails with kSuspended or kCorruptBlock.
Result<std::vector<BlockView>> collect_live_blocks(Database& database,
                                                   const std::vector<HeadEvent>& heads);

}  // namespace fireproof
