#include <algorithm>

#include "crypto/sha256.hpp"
#include "documents/commit.hpp"

namespace fireproof {
namespace {

NewBlock event_block(Event event) {
  std::sort(event.parents.begin(), event.parents.end(), CidByteOrder());
  Bytes data = encode_event(event);
  Cid cid = cid_of(codec::kDagCbor, data);
  return {std::move(cid), std::move(data)};
}

Event event_of(std::span<const Update> updates, const std::vector<HeadEvent>& parents,
               const Cid& root) {
  Event event{{}, root, {}};
  for (const HeadEvent& parent : parents) event.parents.push_back(parent.event);
  for (const Update& update : updates) event.ops.push_back({false, update.id, update.value.cid});
  return event;
}

}  // namespace

PreparedCommit genesis_commit() {
  const Format& format = format_24();
  Map fields;
  fields.emplace_back("_id", Value(std::string(kGenesisKey)));
  const Update genesis{std::string(kGenesisKey), block_of("doc", Value(std::move(fields)))};
  Bytes empty = format.shards().encode({});
  const Cid empty_cid = cid_of(codec::kDagCbor, empty);
  Bytes shard = format.shards().encode({{}, {{genesis.id, genesis.value.cid, {}}}});
  const Cid shard_cid = cid_of(codec::kDagCbor, shard);
  NewBlock event = event_block(event_of(std::span(&genesis, 1), {}, shard_cid));
  PreparedCommit commit;
  commit.heads = {{event.cid, shard_cid}};
  commit.blocks.push_back(genesis.value);
  commit.blocks.push_back({empty_cid, std::move(empty)});
  commit.blocks.push_back({shard_cid, std::move(shard)});
  commit.blocks.push_back(std::move(event));
  return commit;
}

Result<PreparedCommit> prepare_commit_24(Database& database, const std::vector<HeadEvent>& heads,
                                         std::span<const Update> updates) {
  FIREPROOF_TRY(const MergedState merged, database.merged_state(heads));
  TreeEditor editor(database.format().shards(), database, merged.root);
  for (const Update& update : updates) FIREPROOF_CHECK(editor.put(update.id, update.value.cid));
  TreeEditor::Finished finished = editor.finish();

  PreparedCommit commit{{}, heads};
  for (const Update& update : updates) commit.blocks.push_back(update.value);
  if (finished.root == merged.root) return commit;
  for (const Cid& shard : merged.shards) {
    if (std::find(finished.replaced.begin(), finished.replaced.end(), shard) !=
        finished.replaced.end())
      continue;
    const auto data = database.find(shard);
    if (!data) return suspended();
    commit.blocks.push_back({shard, copy_of(*data)});
  }
  std::move(finished.blocks.begin(), finished.blocks.end(), std::back_inserter(commit.blocks));
  NewBlock event = event_block(event_of(updates, heads, finished.root));
  commit.heads = {{event.cid, finished.root}};
  commit.blocks.push_back(std::move(event));
  return commit;
}

}  // namespace fireproof
