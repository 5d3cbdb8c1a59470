#include <algorithm>

#include "base/text.hpp"
#include "ipld/dag_cbor.hpp"
#include "pail/editor.hpp"

namespace fireproof {
namespace {

constexpr std::size_t kMaxUnits = 64;
constexpr std::size_t kMaxShardSize = 512 * 1024;

using Entry = ShardNode::Entry;

/// A link to a shard that is not encoded yet is as long as any other.
std::size_t encoded_size(const Entry& entry) {
  constexpr std::size_t kLink = 41;
  std::size_t size = 1 + dag_cbor::head_size(entry.key.size()) + entry.key.size();
  if (entry.has_child()) size += 1 + kLink;
  if (entry.value) size += dag_cbor::link_size(*entry.value);
  return size;
}

std::size_t encoded_size(const ShardNode& shard) {
  std::size_t size = dag_cbor::head_size(shard.entries.size());
  for (const Entry& entry : shard.entries) size += encoded_size(entry);
  return size;
}

/// Puts `entry` into its sorted place, or unites it with the entry of the same key (format page 6.4, step 2).
/// Gives its index. A subtree put over a plain value keeps the value, which the JavaScript package loses.
std::size_t put_entry(ShardNode& shard, Entry entry) {
  const auto at = std::lower_bound(
      shard.entries.begin(), shard.entries.end(), entry.key,
      [](const Entry& e, const std::string& key) { return Utf16Order{}(e.key, key); });
  const auto index = static_cast<std::size_t>(at - shard.entries.begin());
  if (at == shard.entries.end() || at->key != entry.key) {
    shard.entries.insert(at, std::move(entry));
    return index;
  }
  if (entry.value) at->value = std::move(entry.value);
  if (entry.has_child()) at->child = std::move(entry.child);
  return index;
}

/// True if a cut before unit `at` would part the two halves of a character.
bool parts_pair(std::u16string_view units, std::size_t at) {
  return at > 0 && at < units.size() && (units[at - 1] & 0xFC00) == 0xD800 &&
         (units[at] & 0xFC00) == 0xDC00;
}

/// The entry that leads to a key longer than a shard takes: its first 64 units, and below them a chain of
/// shards with 64 more each (format page 6.4, step 1).
Entry entry_for(std::string_view key, const Cid& value) {
  const std::u16string units = to_utf16(key);
  if (units.size() <= kMaxUnits) return {std::string(key), value, {}};
  std::size_t start = (units.size() - 1) / kMaxUnits * kMaxUnits;
  Entry entry{to_utf8(std::u16string_view(units).substr(start)), value, {}};
  while (start > 0) {
    start -= kMaxUnits;
    auto shard = std::make_unique<ShardNode>();
    shard->entries.push_back(std::move(entry));
    entry = {to_utf8(std::u16string_view(units).substr(start, kMaxUnits)), {}, std::move(shard)};
  }
  return entry;
}

/// The longest text, shorter than a key of the shard, that more than one key starts with: looked for in the
/// entry at `first` and then in those after it, wrapping round (format page 6.4, step 3). Never the key of an
/// entry that has a subtree already, and never one that ends within a character.
std::optional<std::u16string> shared_prefix(const ShardNode& shard,
                                            const std::vector<std::u16string>& keys,
                                            std::size_t first) {
  for (std::size_t n = 0; n < keys.size(); ++n) {
    const std::u16string& key = keys[(first + n) % keys.size()];
    for (std::size_t length = key.size(); length-- > 1;) {
      if (parts_pair(key, length)) continue;
      const std::u16string_view prefix = std::u16string_view(key).substr(0, length);
      const auto from = std::lower_bound(keys.begin(), keys.end(), prefix);
      // Keys are sorted by unit, so those with the prefix stand together.
      if (keys.end() - from < 2 || !from->starts_with(prefix) || !(from + 1)->starts_with(prefix))
        continue;
      const bool taken = shard.entries[static_cast<std::size_t>(from - keys.begin())].has_child();
      if (!taken || from->size() != prefix.size()) return std::u16string(prefix);
    }
  }
  return std::nullopt;
}

Status split(ShardNode& shard, std::size_t put_at) {
  std::vector<std::u16string> keys;
  keys.reserve(shard.entries.size());
  for (const Entry& entry : shard.entries) keys.push_back(to_utf16(entry.key));
  const auto prefix = shared_prefix(shard, keys, put_at);
  if (!prefix) return fail(ErrorCode::kInvalidDocument, "shard limit reached");
  auto below = std::make_unique<ShardNode>();
  std::optional<Cid> own_value;
  std::vector<Entry> kept;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    Entry& entry = shard.entries[i];
    if (!keys[i].starts_with(*prefix)) {
      kept.push_back(std::move(entry));
    } else if (keys[i].size() == prefix->size()) {
      own_value = std::move(entry.value);
    } else {
      entry.key = to_utf8(std::u16string_view(keys[i]).substr(prefix->size()));
      below->entries.push_back(std::move(entry));
    }
  }
  shard.entries = std::move(kept);
  put_entry(shard, {to_utf8(*prefix), std::move(own_value), std::move(below)});
  return {};
}

class ShardRules14 final : public ShardRules {
 public:
  explicit ShardRules14(std::size_t max_shard_size) : max_shard_size_(max_shard_size) {}

  [[nodiscard]] Result<Shard> decode(ByteView block) const override {
    return shard14::decode(block);
  }
  [[nodiscard]] Bytes encode(const Shard& shard) const override { return shard14::encode(shard); }
  [[nodiscard]] bool less(std::string_view a, std::string_view b) const override {
    return Utf16Order{}(a, b);
  }

  Status put(ShardNode& root, BlockSource& blocks, std::string_view key,
             const Cid& value) const override {
    std::vector<ShardNode*> path{&root};
    while (Entry* below = subtree_of(*path.back(), key)) {
      if (path.size() == static_cast<std::size_t>(kMaxShardDepth)) {
        return fail(ErrorCode::kCorruptBlock, "shard tree too deep");
      }
      key.remove_prefix(below->key.size());
      FIREPROOF_TRY(ShardNode* const next, ShardNode::open(*this, blocks, *below));
      path.push_back(next);
    }
    const std::size_t at = put_entry(*path.back(), entry_for(key, value));
    if (encoded_size(*path.back()) > max_shard_size_) FIREPROOF_CHECK(split(*path.back(), at));
    for (ShardNode* shard : path) shard->stored.reset();
    return {};
  }

 private:
  /// The first entry with a subtree whose key is a proper prefix of `key`, unless `key` itself comes first.
  static Entry* subtree_of(ShardNode& shard, std::string_view key) {
    for (Entry& entry : shard.entries) {
      if (entry.key == key) return nullptr;
      if (entry.has_child() && key.starts_with(entry.key)) return &entry;
    }
    return nullptr;
  }

  std::size_t max_shard_size_;
};

}  // namespace

const ShardRules& shard_rules_14() {
  static const ShardRules14 rules(kMaxShardSize);
  return rules;
}

std::unique_ptr<ShardRules> make_shard_rules_14(std::size_t max_shard_size) {
  return std::make_unique<ShardRules14>(max_shard_size);
}

}  // namespace fireproof
