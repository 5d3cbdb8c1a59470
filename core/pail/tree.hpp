#pragma once

#include <functional>
#include <memory>
#include <string>

#include "pail/shard_rules.hpp"

namespace fireproof {

/// Which keys a listing gives. All bounds are inclusive; an empty prefix and absent bounds mean all keys.
struct KeyRange {
  std::string prefix;
  std::optional<std::string> from;
  std::optional<std::string> to;
  bool descending = false;
  std::size_t limit = SIZE_MAX;
};

/// Reading below a root shard. Every function fails with kSuspended after it has asked `blocks` for all that
/// it could know to be needed, and with kCorruptBlock for a shard that is damaged or too deep.
namespace tree {

/// The value CID of a key (format pages 0.14 section 6.3, 0.24 section 7.2); nothing if it is not there.
Result<std::optional<Cid>> get(const ShardRules& rules, const Cid& root, std::string_view key,
                               BlockSource& blocks);

struct Entry {
  std::string key;
  Cid value;
};

/// The entries in `range`, depth first in the order of the shards' entries, an entry's own value before what
/// is below it (reversed when descending).
Result<std::vector<Entry>> list(const ShardRules& rules, const Cid& root, const KeyRange& range,
                                BlockSource& blocks);

/// The keys whose value is another one below `after` than below `before`, or only below one of them, in byte order. Subtrees
/// that both have are not looked at.
Result<std::vector<std::string>> changed_keys(const ShardRules& rules, const Cid& before,
                                              const Cid& after, BlockSource& blocks);

}  // namespace tree
}  // namespace fireproof
