#pragma once

#include <memory>

#include "pail/block_source.hpp"
#include "pail/shard.hpp"

namespace fireproof {

class ShardNode;

/// What distinguishes the shard trees of the two generations: the block layout, the order of keys, and how a
/// put grows the tree. Everything else about trees is common.
class ShardRules {
 public:
  ShardRules() = default;
  ShardRules(const ShardRules&) = delete;
  ShardRules& operator=(const ShardRules&) = delete;
  virtual ~ShardRules() = default;

  [[nodiscard]] virtual Result<Shard> decode(ByteView block) const = 0;
  [[nodiscard]] virtual Bytes encode(const Shard& shard) const = 0;

  /// The order of entries within a shard.
  [[nodiscard]] virtual bool less(std::string_view a, std::string_view b) const = 0;

  /// Adds or replaces a key below `root`. Fails with kSuspended if a shard on the way is not resident, with
  /// kCorruptBlock if the key cannot stand in this generation's trees.
  virtual Status put(ShardNode& root, BlockSource& blocks, std::string_view key,
                     const Cid& value) const = 0;
};

/// 0.14 (format page 6): shards of at most 512 KiB and 64 UTF-16 units a key, entries in UTF-16 order.
const ShardRules& shard_rules_14();

/// The same with another limit, in bytes, for an encoded shard (fixtures were made with small ones).
std::unique_ptr<ShardRules> make_shard_rules_14(std::size_t max_shard_size);

/// 0.24 (format page 7): shards split by common prefixes only, entries in byte order, keys of printable ASCII.
const ShardRules& shard_rules_24();

/// Deepest chain of shards that is followed. Keys of 4,096 characters make chains of as many shards.
constexpr int kMaxShardDepth = 5000;

}  // namespace fireproof
