#include <algorithm>
#include <unordered_map>

#include "crypto/sha256.hpp"
#include "documents/commit.hpp"

namespace fireproof {
namespace {

/// The blocks of a commit in the order of format page 4.2, each once.
class Blocks {
 public:
  [[nodiscard]] bool contains(const Cid& cid) const { return places_.contains(cid); }

  void add(NewBlock block) {
    if (places_.try_emplace(block.cid, blocks_.size()).second) blocks_.push_back(std::move(block));
  }

  /// Notes that a shard that this commit made is replaced by a later one of it. Its bytes go once there are too many.
  void supersede(const Cid& cid) {
    const auto at = places_.find(cid);
    if (at == places_.end()) return;
    superseded_bytes_ += blocks_[at->second].data.size();
    superseded_.push_back(at->second);
    if (superseded_bytes_ <= kMaxSuperseded) return;
    for (const std::size_t place : superseded_) Bytes().swap(blocks_[place].data);
    superseded_.clear();
  }

  /// A shard that was superseded came back, by an update that undid another.
  [[nodiscard]] std::vector<NewBlock> take() {
    std::erase_if(blocks_, [](const NewBlock& block) { return block.data.empty(); });
    return std::move(blocks_);
  }

  void restore(const NewBlock& block) {
    const auto at = places_.find(block.cid);
    if (at == places_.end()) return;
    if (blocks_[at->second].data.empty()) blocks_[at->second].data = block.data;
    std::erase(superseded_, at->second);
  }

 private:
  std::vector<NewBlock> blocks_;
  std::unordered_map<Cid, std::size_t, CidHash> places_;
  std::vector<std::size_t> superseded_;  // whose bytes are still there
  std::size_t superseded_bytes_ = 0;
};

bool contains(const std::vector<NewBlock>& blocks, const Cid& cid) {
  return std::any_of(blocks.begin(), blocks.end(),
                     [&](const NewBlock& block) { return block.cid == cid; });
}

}  // namespace

Result<PreparedCommit> prepare_commit_14(Database& database, const std::vector<HeadEvent>& heads,
                                         std::span<const Update> updates) {
  MergedState merged;
  if (!heads.empty()) {
    FIREPROOF_TRY(merged, database.merged_state(heads));
  }
  const ShardRules& rules = database.format().shards();
  TreeEditor editor(rules, database,
                    heads.empty() ? std::nullopt : std::optional<Cid>(merged.root));
  Blocks blocks;
  std::vector<HeadEvent> parents = heads;
  bool waiting = false;
  const auto add_stored = [&](const Cid& cid) {
    if (blocks.contains(cid) || !database.holds(cid)) return;
    const auto data = database.find(cid);
    waiting = waiting || !data;
    if (data) blocks.add({cid, copy_of(*data)});
  };
  for (const Update& update : updates) {
    blocks.add(update.value);
    if (parents.empty()) {
      Bytes empty = rules.encode({});
      blocks.add({cid_of(codec::kDagCbor, empty), std::move(empty)});
    }
    FIREPROOF_CHECK(editor.put(update.id, update.value.cid));
    TreeEditor::Finished finished = editor.finish();
    std::erase_if(finished.replaced,
                  [&](const Cid& cid) { return contains(finished.blocks, cid); });
    const auto is_replaced = [&](const Cid& cid) {
      return std::find(finished.replaced.begin(), finished.replaced.end(), cid) !=
             finished.replaced.end();
    };
    // What the replay of several heads made and this update left alone, then the update's own.
    for (const Cid& cid : merged.shards) {
      if (!is_replaced(cid)) add_stored(cid);
    }
    for (NewBlock& block : finished.blocks) {
      blocks.restore(block);
      blocks.add(std::move(block));
    }
    for (const Cid& cid : merged.replaced) add_stored(cid);
    for (const Cid& cid : finished.replaced) {
      blocks.supersede(cid);
      // Made and replaced in one go: neither an addition nor a removal.
      const bool cancelled =
          std::find(merged.made.begin(), merged.made.end(), cid) != merged.made.end();
      if (!cancelled) add_stored(cid);
    }
    merged = {};
    Event event{{}, finished.root, {{false, update.id, update.value.cid}}};
    for (const HeadEvent& parent : parents) event.parents.push_back(parent.event);
    Bytes data = encode_event(event);
    Cid cid = cid_of(codec::kDagCbor, data);
    parents = {{cid, finished.root}};
    blocks.add({std::move(cid), std::move(data)});
  }
  if (waiting) return suspended();
  return PreparedCommit{blocks.take(), std::move(parents)};
}

}  // namespace fireproof
