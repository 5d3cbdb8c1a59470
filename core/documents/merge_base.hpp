#pragma once

#include "documents/database.hpp"

namespace fireproof {

/// What a reader needs to merge the events of a head and would not find in the sealed log of `record`: shards of the common
/// ancestor that only CARs have which a compaction replaced. Empty for a head of one event. Fails with kSuspended,
/// kUnrelatedHistory or kCorruptBlock.
Result<std::vector<BlockView>> missing_merge_base(Database& database, const LocalRecord& record,
                                                  const std::vector<HeadEvent>& heads);

}  // namespace fireproof
