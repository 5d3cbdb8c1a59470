#include "support/writer_24.hpp"

#include <algorithm>
#include <stdexcept>

#include "car/car.hpp"
#include "formats/sealed_car_24.hpp"
#include "ipld/dag_cbor.hpp"
#include "ipld/dag_json.hpp"
#include "multiformats/multibase.hpp"
#include "pail/editor.hpp"

namespace fireproof::test {
namespace {

const std::string kGenesisKey = "baembeiarootfireproofgenesisblockaaaafireproofgenesisblocka";

Value links(const std::vector<Cid>& cids) {
  List list;
  for (const Cid& cid : cids) list.emplace_back(cid);
  return Value(std::move(list));
}

Value groups(const std::vector<CarGroup>& from) {
  List list;
  for (const CarGroup& group : from) list.push_back(links(group));
  return Value(std::move(list));
}

Value map_of(std::vector<std::pair<std::string, Value>> members) {
  return Value(Map(std::move(members)));
}

Value operation(const std::string& key, const Cid& value) {
  return map_of(
      {{"key", Value(key)}, {"type", Value(std::string("put"))}, {"value", Value(value)}});
}

Bytes event_block(std::vector<std::pair<std::string, Cid>> ops, const Cid& root,
                  std::vector<Cid> parents) {
  std::sort(parents.begin(), parents.end(), CidByteOrder());
  Value data;
  if (ops.size() == 1) {
    data = operation(ops[0].first, ops[0].second);
    data.get<Map>()->emplace_back("root", Value(root));
  } else {
    List list;
    for (const auto& [key, value] : ops) list.push_back(operation(key, value));
    data = map_of({{"ops", Value(std::move(list))},
                   {"root", Value(root)},
                   {"type", Value(std::string("batch"))}});
  }
  return dag_cbor::encode(map_of({{"data", std::move(data)}, {"parents", links(parents)}}));
}

}  // namespace

Bytes header_block_24(const std::vector<CarGroup>& cars, const std::vector<CarGroup>& compact,
                      const std::vector<Cid>& head) {
  Value fp = map_of({{"cars", groups(cars)},
                     {"compact", groups(compact)},
                     {"meta", map_of({{"head", links(head)}})}});
  return dag_cbor::encode(map_of({{"fp", std::move(fp)}}));
}

Bytes document_block_24(const std::string& id, Map fields) {
  fields.emplace_back("_id", Value(id));
  return dag_cbor::encode(map_of({{"doc", Value(std::move(fields))}}));
}

Bytes tombstone_block() { return dag_cbor::encode(map_of({{"del", Value(true)}})); }

Bytes meta_record_24(const std::vector<CarGroup>& groups) {
  std::string json = "[";
  for (const CarGroup& group : groups) {
    const std::string db_meta = dag_json::encode(map_of({{"cars", links(group)}}));
    const Value data = map_of({{"dbMeta", Value(copy_of(as_bytes(db_meta)))}});
    const Bytes block = dag_cbor::encode(map_of({{"data", data}, {"parents", links({})}}));
    if (json.size() > 1) json += ",";
    json += R"({"cid":")" + cid_of(codec::kDagCbor, block).text() + R"(","parents":[],"data":")" +
            multibase::encode(Base::kBase64Pad, block) + "\"}";
  }
  return copy_of(as_bytes(json + "]"));
}

Bytes plain_car(const std::vector<std::pair<Cid, Bytes>>& blocks) {
  Bytes bytes = car::write_header(std::vector{blocks.front().first});
  for (const auto& [cid, data] : blocks) car::append_block(bytes, cid, data);
  return bytes;
}

Writer24::Writer24(std::string_view key) {
  if (!key.empty()) keys_.set_default(*SecretKey::parse(key, 16));
}

void Writer24::add_car(std::vector<std::pair<Cid, Bytes>> blocks, std::vector<CarGroup> cars) {
  Bytes header = header_block_24(cars, {}, head_);
  written_.insert(written_.end(), blocks.begin(), blocks.end());
  blocks.emplace(blocks.begin(), cid_of(codec::kDagCbor, header), std::move(header));
  const Bytes plain = plain_car(blocks);
  const Cid name = cid_of(codec::kCar24, plain);
  cars_.push_back(
      {name, keys_.empty() ? plain : sealed_car_24::seal(name, plain, *keys_.default_key())});
  log_ = std::move(cars);
  log_.insert(log_.begin(), {name});
}

void Writer24::commit_on(std::vector<Cid> parents, std::optional<Cid> root,
                         const std::vector<Put>& puts) {
  std::vector<std::pair<Cid, Bytes>> blocks;
  const auto add = [&](Bytes data) {
    const Cid cid = blocks_.add(data);
    blocks.emplace_back(cid, std::move(data));
    return cid;
  };
  TreeEditor editor(shard_rules_24(), blocks_, root);
  if (!root) add(shard24::encode({}));
  std::vector<std::pair<std::string, Cid>> ops;
  for (const Put& put : puts) {
    ops.emplace_back(put.id,
                     add(put.fields ? document_block_24(put.id, *put.fields) : tombstone_block()));
    if (!editor.put(put.id, ops.back().second)) throw std::runtime_error("no put of " + put.id);
  }
  if (!root)
    std::rotate(blocks.begin(), blocks.begin() + 1,
                blocks.end());  // the document comes before the empty shard
  auto finished = editor.finish();
  for (NewBlock& shard : finished.blocks) add(std::move(shard.data));
  std::erase_if(head_, [&](const Cid& member) {
    return std::find(parents.begin(), parents.end(), member) != parents.end();
  });
  head_.push_back(add(event_block(std::move(ops), finished.root, std::move(parents))));
  root_ = finished.root;
  add_car(std::move(blocks), log_);
}

void Writer24::genesis() { commit_on({}, std::nullopt, {{kGenesisKey, Map()}}); }

void Writer24::commit(const std::vector<Put>& puts) {
  if (head_.empty()) genesis();
  commit_on(head_, root_, puts);
}

void Writer24::seal() {
  std::vector<std::pair<Cid, Bytes>> blocks;
  std::unordered_map<Cid, bool, CidHash> seen;
  for (const auto& [cid, data] : written_) {
    if (seen.emplace(cid, true).second) blocks.emplace_back(cid, data);
  }
  add_car(std::move(blocks), {});
}

}  // namespace fireproof::test
