#include "pail/tree.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace fireproof::tree {
namespace {

Result<Shard> load(const ShardRules& rules, const Cid& cid, BlockSource& blocks) {
  const auto block = blocks.find(cid);
  if (!block) return suspended();
  auto shard = rules.decode(*block);
  if (!shard) return fail(ErrorCode::kCorruptBlock, cid.text() + " " + shard.error().message);
  return shard;
}

bool is_proper_prefix(std::string_view prefix, std::string_view text) {
  return prefix.size() < text.size() && text.starts_with(prefix);
}

/// A depth-first walk with its own stack, so that deep trees do not use ours.
class Lister {
 public:
  Lister(const ShardRules& rules, const KeyRange& range, BlockSource& blocks)
      : rules_(rules), range_(range), blocks_(blocks) {}

  Result<std::vector<Entry>> run(const Cid& root) {
    FIREPROOF_CHECK(enter(root, {}));
    while (!stack_.empty() && seen_ < range_.limit) {
      Level& level = stack_.back();
      if (level.next == level.steps()) {
        stack_.pop_back();
        continue;
      }
      const Step step = level.step(level.next++, range_.descending);
      const ShardEntry& entry = level.shard.entries[step.index];
      std::string key = level.path + entry.key;
      if (!step.below) {
        if (entry.value && contains(key)) {
          ++seen_;
          if (!missing_) found_.push_back({std::move(key), *entry.value});
        }
      } else if (entry.child && may_contain(key)) {
        FIREPROOF_CHECK(enter(*entry.child, std::move(key)));
      }
    }
    if (missing_) return suspended();
    return std::move(found_);
  }

 private:
  struct Step {
    std::size_t index;
    bool below;  // the subtree of the entry, not its own value
  };

  struct Level {
    Shard shard;
    std::string path;
    std::size_t next = 0;

    [[nodiscard]] std::size_t steps() const { return shard.entries.size() * 2; }
    [[nodiscard]] Step step(std::size_t n, bool descending) const {
      if (descending) n = steps() - 1 - n;
      return {n / 2, n % 2 == 1};
    }
  };

  Status enter(const Cid& cid, std::string path) {
    if (stack_.size() == static_cast<std::size_t>(kMaxShardDepth)) {
      return fail(ErrorCode::kCorruptBlock, "shard " + cid.text() + " lies too deep");
    }
    auto shard = load(rules_, cid, blocks_);
    if (shard) {
      stack_.push_back({std::move(*shard), std::move(path)});
    } else if (shard.error().code == ErrorCode::kSuspended) {
      missing_ = true;  // go on, to ask for all that is needed in one go
    } else {
      return fail(std::move(shard).error());
    }
    return {};
  }

  [[nodiscard]] bool contains(std::string_view key) const {
    return key.starts_with(range_.prefix) && !(range_.from && rules_.less(key, *range_.from)) &&
           !(range_.to && rules_.less(*range_.to, key));
  }

  /// Whether keys that start with `path` can be in the range.
  [[nodiscard]] bool may_contain(std::string_view path) const {
    if (!path.starts_with(range_.prefix) && !range_.prefix.starts_with(path)) return false;
    if (range_.to && rules_.less(*range_.to, path)) return false;
    return !range_.from || range_.from->starts_with(path) || !rules_.less(path, *range_.from);
  }

  const ShardRules& rules_;
  const KeyRange& range_;
  BlockSource& blocks_;
  std::vector<Level> stack_;
  std::vector<Entry> found_;
  std::size_t seen_ = 0;
  bool missing_ = false;
};

}  // namespace

Result<std::optional<Cid>> get(const ShardRules& rules, const Cid& root, std::string_view key,
                               BlockSource& blocks) {
  Cid at = root;
  for (int depth = 0; depth < kMaxShardDepth; ++depth) {
    FIREPROOF_TRY(const Shard shard, load(rules, at, blocks));
    const ShardEntry* below = nullptr;
    for (const ShardEntry& entry : shard.entries) {
      if (entry.key == key) return entry.value;
      if (entry.child && is_proper_prefix(entry.key, key)) {
        below = &entry;
        break;
      }
    }
    if (!below) return std::nullopt;
    key.remove_prefix(below->key.size());
    at = *below->child;
  }
  return fail(ErrorCode::kCorruptBlock, "shard " + at.text() + " lies too deep");
}

Result<std::vector<Entry>> list(const ShardRules& rules, const Cid& root, const KeyRange& range,
                                BlockSource& blocks) {
  return Lister(rules, range, blocks).run(root);
}

namespace {

/// Walks two trees side by side. A shard of one may have no counterpart: trees grow differently by different histories.
class Comparison {
 public:
  Comparison(const ShardRules& rules, BlockSource& blocks) : rules_(rules), blocks_(blocks) {}

  Result<std::vector<std::string>> run(const Cid& before, const Cid& after) {
    pairs_.push_back({{before, after}, {}});
    while (!pairs_.empty()) {
      const Pair pair = std::move(pairs_.back());
      pairs_.pop_back();
      if (pair.shards[0] != pair.shards[1]) FIREPROOF_CHECK(compare(pair));
    }
    if (waiting_) return suspended();
    std::vector<std::string> changed;
    for (const auto& [key, values] : values_) {
      if (values[0] != values[1]) changed.push_back(key);
    }
    return changed;
  }

 private:
  using Sides = std::array<std::optional<Cid>, 2>;
  struct Pair {
    Sides shards;
    std::string path;
  };

  Status compare(const Pair& pair) {
    std::map<std::string, Sides> children;
    for (std::size_t side = 0; side < 2; ++side) {
      if (!pair.shards[side]) continue;
      auto shard = load(rules_, *pair.shards[side], blocks_);
      if (!shard && shard.error().code != ErrorCode::kSuspended) return fail(shard.error());
      waiting_ = waiting_ || !shard;
      if (!shard) continue;
      for (ShardEntry& entry : shard->entries) {
        std::string key = pair.path + entry.key;
        if (entry.value) values_[key][side] = std::move(entry.value);
        if (entry.child) children[std::move(key)][side] = std::move(entry.child);
      }
    }
    for (auto& [path, shards] : children) pairs_.push_back({std::move(shards), path});
    return {};
  }

  const ShardRules& rules_;
  BlockSource& blocks_;
  std::vector<Pair> pairs_;
  std::map<std::string, Sides> values_;
  bool waiting_ = false;
};

}  // namespace

Result<std::vector<std::string>> changed_keys(const ShardRules& rules, const Cid& before,
                                              const Cid& after, BlockSource& blocks) {
  return Comparison(rules, blocks).run(before, after);
}

}  // namespace fireproof::tree
