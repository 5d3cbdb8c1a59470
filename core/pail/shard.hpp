#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "multiformats/cid.hpp"

namespace fireproof {

/// An entry of a shard: a value, a link to a deeper shard, or both.
struct ShardEntry {
  std::string key;  ///< relative to the shard's place in the tree
  std::optional<Cid> value;
  std::optional<Cid> child;
};

/// A node of the tree that maps keys to value CIDs.
struct Shard {
  std::string prefix;  ///< 0.24 only: the key text consumed on the way here
  std::vector<ShardEntry> entries;
};

/// Shard blocks of 0.14 (format page 6.1): a list of entries.
namespace shard14 {
Result<Shard> decode(ByteView block);
Bytes encode(const Shard& shard);
/// Bytes that an entry takes in an encoded shard.
std::size_t entry_size(const ShardEntry& entry);
}  // namespace shard14

/// Shard blocks of 0.24 (format page 7.1): a map with prefix, entries and settings.
namespace shard24 {
Result<Shard> decode(ByteView block);
Bytes encode(const Shard& shard);
}  // namespace shard24

}  // namespace fireproof
