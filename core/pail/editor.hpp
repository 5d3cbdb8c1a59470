#pragma once

#include <memory>
#include <variant>

#include "pail/shard_rules.hpp"

namespace fireproof {

/// A shard that is being changed, with its changed descendants. Unchanged subtrees stay CIDs.
class ShardNode {
 public:
  struct Entry {
    std::string key;
    std::optional<Cid> value;
    /// No subtree, a subtree that was not opened, or an opened one.
    std::variant<std::monostate, Cid, std::unique_ptr<ShardNode>> child;

    [[nodiscard]] bool has_child() const { return child.index() != 0; }
  };

  ShardNode() = default;
  ShardNode(Shard shard, const Cid& stored);
  ShardNode(const ShardNode&) = delete;
  ShardNode& operator=(const ShardNode&) = delete;
  ~ShardNode();

  /// The opened subtree of an entry that has one. Fails with kSuspended or kCorruptBlock.
  static Result<ShardNode*> open(const ShardRules& rules, BlockSource& blocks, Entry& entry);

  std::string prefix;  ///< 0.24 only
  std::vector<Entry> entries;
  /// The CID of this shard as it was read or last encoded, as long as nothing at or below it changed.
  std::optional<Cid> stored;
  /// That CID even after a change; empty for a shard that was never a block.
  std::optional<Cid> before;
};

/// A block that an operation made.
struct NewBlock {
  Cid cid;
  Bytes data;
};

/// Puts and removals on a tree, kept in memory until `finish`.
class TreeEditor {
 public:
  /// Starts from the tree below `root`, or from an empty one.
  TreeEditor(const ShardRules& rules, BlockSource& blocks, std::optional<Cid> root);

  /// Adds or replaces a key. After kSuspended the editor goes on asking for blocks but its tree is useless.
  Status put(std::string_view key, const Cid& value);

  /// Removes a key's value, if it is there (0.14 format page 6.6).
  Status remove(std::string_view key);

  struct Finished {
    Cid root;
    std::vector<NewBlock> blocks;  ///< changed shards, each after those below it, the root last
    std::vector<Cid> replaced;     ///< what they were before, each before those below it
  };

  /// Encodes what changed since the last `finish`. Puts may follow.
  Finished finish();

 private:
  Status open_root();
  /// Encodes the changed shards from `root` down, those below first. Not by recursion: chains of shards may be long.
  static void encode(const ShardRules& rules, ShardNode& root, Finished& finished);

  const ShardRules& rules_;
  BlockSource& blocks_;
  std::optional<Cid> start_;
  std::unique_ptr<ShardNode> root_;
};

}  // namespace fireproof
