#include <algorithm>

#include "pail/editor.hpp"

namespace fireproof {
namespace {

constexpr std::size_t kMaxKeySize = 4096;

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= kMaxKeySize &&
         std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c <= 0x7E; });
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first -
                                  a.begin());
}

void insert_sorted(std::vector<ShardNode::Entry>& entries, ShardNode::Entry entry) {
  const auto at =
      std::lower_bound(entries.begin(), entries.end(), entry.key,
                       [](const auto& e, const std::string& key) { return e.key < key; });
  entries.insert(at, std::move(entry));
}

/// Replaces the plain `entry` of `shard` by a chain of one-character links, one for each character that its key
/// shares with `key`, down to a shard that holds what is left of both (format page 7.2, step 4).
void split(const ShardNode& shard, ShardNode::Entry& entry, std::string_view key,
           const Cid& value) {
  const std::string old_key = entry.key;
  const std::size_t common = common_prefix(old_key, key);
  auto bottom = std::make_unique<ShardNode>();
  bottom->prefix = shard.prefix + old_key.substr(0, common);
  std::optional<Cid> own_value;
  if (common == old_key.size()) {
    own_value = std::move(entry.value);
  } else {
    bottom->entries.push_back({old_key.substr(common), std::move(entry.value), {}});
  }
  if (common == key.size()) {
    own_value = value;
  } else {
    insert_sorted(bottom->entries, {std::string(key.substr(common)), value, {}});
  }
  ShardNode::Entry link{old_key.substr(common - 1, 1), std::move(own_value), std::move(bottom)};
  for (std::size_t n = common - 1; n > 0; --n) {
    auto above = std::make_unique<ShardNode>();
    above->prefix = shard.prefix + old_key.substr(0, n);
    above->entries.push_back(std::move(link));
    link = {old_key.substr(n - 1, 1), {}, std::move(above)};
  }
  entry = std::move(link);
}

class ShardRules24 final : public ShardRules {
 public:
  [[nodiscard]] Result<Shard> decode(ByteView block) const override {
    return shard24::decode(block);
  }
  [[nodiscard]] Bytes encode(const Shard& shard) const override { return shard24::encode(shard); }
  [[nodiscard]] bool less(std::string_view a, std::string_view b) const override { return a < b; }

  Status put(ShardNode& root, BlockSource& blocks, std::string_view key,
             const Cid& value) const override {
    if (!is_key(key))
      return fail(ErrorCode::kCorruptBlock, "key outside printable ASCII or too long");
    std::vector<ShardNode*> path{&root};
    for (;;) {
      ShardNode& shard = *path.back();
      const auto entry = std::find_if(
          shard.entries.begin(), shard.entries.end(),
          [&](const auto& e) { return !e.key.empty() && e.key.front() == key.front(); });
      if (entry == shard.entries.end()) {
        insert_sorted(shard.entries, {std::string(key), value, {}});
      } else if (entry->key == key) {
        if (entry->value == value) return {};
        entry->value = value;
      } else if (entry->has_child() && key.starts_with(entry->key)) {
        if (path.size() == static_cast<std::size_t>(kMaxShardDepth)) {
          return fail(ErrorCode::kCorruptBlock, "shard tree too deep");
        }
        key.remove_prefix(entry->key.size());
        FIREPROOF_TRY(ShardNode* const below, ShardNode::open(*this, blocks, *entry));
        path.push_back(below);
        continue;
      } else if (entry->has_child()) {
        return fail(ErrorCode::kCorruptBlock, "shard link with more than one character");
      } else {
        split(shard, *entry, key, value);
      }
      break;
    }
    for (ShardNode* shard : path) shard->stored.reset();
    return {};
  }
};

}  // namespace

const ShardRules& shard_rules_24() {
  static const ShardRules24 rules;
  return rules;
}

}  // namespace fireproof
