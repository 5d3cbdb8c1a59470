#include "pail/editor.hpp"

#include <algorithm>

#include "crypto/sha256.hpp"

namespace fireproof {
namespace {

Result<std::unique_ptr<ShardNode>> load(const ShardRules& rules, BlockSource& blocks,
                                        const Cid& cid) {
  const auto block = blocks.find(cid);
  if (!block) return suspended();
  auto shard = rules.decode(*block);
  if (!shard) return fail(ErrorCode::kCorruptBlock, cid.text() + " " + shard.error().message);
  return std::make_unique<ShardNode>(std::move(*shard), cid);
}

}  // namespace

ShardNode::ShardNode(Shard shard, const Cid& stored_as)
    : prefix(std::move(shard.prefix)), stored(stored_as), before(stored_as) {
  entries.reserve(shard.entries.size());
  for (ShardEntry& from : shard.entries) {
    Entry entry{std::move(from.key), std::move(from.value), {}};
    if (from.child) entry.child = std::move(*from.child);
    entries.push_back(std::move(entry));
  }
}

/// Takes the tree apart level by level: long keys make chains of thousands of shards, too deep for destructors that call
/// each other.
ShardNode::~ShardNode() {
  std::vector<std::unique_ptr<ShardNode>> doomed;
  const auto take_children = [&](ShardNode& node) {
    for (Entry& entry : node.entries) {
      auto* child = std::get_if<std::unique_ptr<ShardNode>>(&entry.child);
      if (child && *child) doomed.push_back(std::move(*child));
    }
  };
  take_children(*this);
  while (!doomed.empty()) {
    const std::unique_ptr<ShardNode> node = std::move(doomed.back());
    doomed.pop_back();
    take_children(*node);
  }
}

Result<ShardNode*> ShardNode::open(const ShardRules& rules, BlockSource& blocks, Entry& entry) {
  if (const Cid* cid = std::get_if<Cid>(&entry.child)) {
    FIREPROOF_TRY(auto node, load(rules, blocks, *cid));
    entry.child = std::move(node);
  }
  return std::get<std::unique_ptr<ShardNode>>(entry.child).get();
}

TreeEditor::TreeEditor(const ShardRules& rules, BlockSource& blocks, std::optional<Cid> root)
    : rules_(rules), blocks_(blocks), start_(std::move(root)) {
  if (!start_) root_ = std::make_unique<ShardNode>();
}

Status TreeEditor::open_root() {
  if (!root_) {
    FIREPROOF_TRY(root_, load(rules_, blocks_, *start_));
  }
  return {};
}

Status TreeEditor::put(std::string_view key, const Cid& value) {
  FIREPROOF_CHECK(open_root());
  return rules_.put(*root_, blocks_, key, value);
}

Status TreeEditor::remove(std::string_view key) {
  FIREPROOF_CHECK(open_root());
  std::vector<ShardNode*> path{root_.get()};
  ShardNode::Entry* found = nullptr;
  while (!found) {
    ShardNode::Entry* below = nullptr;
    for (auto& entry : path.back()->entries) {
      if (entry.key == key) {
        found = &entry;
        break;
      }
      if (entry.has_child() && key.starts_with(entry.key)) {
        below = &entry;
        break;
      }
    }
    if (found) break;
    if (!below || path.size() == static_cast<std::size_t>(kMaxShardDepth)) return {};
    key.remove_prefix(below->key.size());
    FIREPROOF_TRY(ShardNode* const next, ShardNode::open(rules_, blocks_, *below));
    path.push_back(next);
  }
  if (!found->value) return {};
  found->value.reset();
  for (ShardNode* node : path) node->stored.reset();
  // Entries without value and subtree go, and so do the shards that this empties.
  while (!path.empty()) {
    auto& entries = path.back()->entries;
    for (ShardNode::Entry& entry : entries) {
      const auto* child = std::get_if<std::unique_ptr<ShardNode>>(&entry.child);
      if (child && (*child)->entries.empty()) entry.child = std::monostate();
    }
    std::erase_if(entries, [](const auto& entry) { return !entry.value && !entry.has_child(); });
    path.pop_back();
  }
  return {};
}

namespace {

NewBlock encode_one(const ShardRules& rules, const ShardNode& node) {
  Shard shard{node.prefix, {}};
  shard.entries.reserve(node.entries.size());
  for (const auto& entry : node.entries) {
    ShardEntry to{entry.key, entry.value, {}};
    if (const Cid* cid = std::get_if<Cid>(&entry.child)) {
      to.child = *cid;
    } else if (const auto* child = std::get_if<std::unique_ptr<ShardNode>>(&entry.child)) {
      to.child = (*child)->stored;
    }
    shard.entries.push_back(std::move(to));
  }
  Bytes data = rules.encode(shard);
  Cid cid = cid_of(codec::kDagCbor, data);
  return {std::move(cid), std::move(data)};
}

}  // namespace

TreeEditor::Finished TreeEditor::finish() {
  Finished finished;
  if (root_) encode(rules_, *root_, finished);
  finished.root = root_ ? *root_->stored : *start_;
  return finished;
}

void TreeEditor::encode(const ShardRules& rules, ShardNode& root, Finished& finished) {
  struct Step {
    ShardNode* node;
    std::size_t next = 0;  // entry to look below
  };
  std::vector<Step> path;
  const auto enter = [&](ShardNode& node) {
    if (node.before) finished.replaced.push_back(*node.before);
    path.push_back({&node});
  };
  if (!root.stored) enter(root);
  while (!path.empty()) {
    Step& step = path.back();
    ShardNode& node = *step.node;
    if (step.next < node.entries.size()) {
      const auto* child = std::get_if<std::unique_ptr<ShardNode>>(&node.entries[step.next++].child);
      if (child && !(*child)->stored) enter(**child);
      continue;
    }
    finished.blocks.push_back(encode_one(rules, node));
    node.stored = node.before = finished.blocks.back().cid;
    path.pop_back();
  }
}

}  // namespace fireproof
