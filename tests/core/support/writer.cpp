#include "support/writer.hpp"

#include <map>

#include "formats/sealed_car_24.hpp"
#include "ipld/dag_cbor.hpp"
#include "ipld/dag_json.hpp"
#include "multiformats/multibase.hpp"
#include "pail/editor.hpp"

namespace fireproof::test {
namespace {

// Finds the blocks that were written before.
class Written final : public BlockSource {
 public:
  std::optional<ByteView> find(const Cid& cid) override {
    const auto at = blocks_.find(cid);
    return at == blocks_.end() ? std::nullopt : std::optional<ByteView>(at->second);
  }
  void add(const NewBlock& block) { blocks_[block.cid] = block.data; }

 private:
  std::map<Cid, Bytes, CidByteOrder> blocks_;
};

NewBlock block_with(const Value& value) {
  Bytes data = dag_cbor::encode(value);
  return {cid_of(codec::kDagCbor, data), std::move(data)};
}

Value document(int number) {
  Map fields;
  fields.emplace_back("_id", Value(document_id(number)));
  fields.emplace_back("n", Value::integer(static_cast<std::uint64_t>(number)));
  fields.emplace_back("body", Value(std::string(200, static_cast<char>('a' + number % 26))));
  Map value;
  value.emplace_back("doc", Value(std::move(fields)));
  return Value(std::move(value));
}

Value header(const std::vector<Cid>& cars, const Cid& head) {
  List groups;
  for (const Cid& car : cars) groups.emplace_back(List{Value(car)});
  Map meta;
  meta.emplace_back("head", Value(List{Value(head)}));
  Map fp;
  fp.emplace_back("cars", Value(std::move(groups)));
  fp.emplace_back("compact", Value(List()));
  fp.emplace_back("meta", Value(std::move(meta)));
  Map block;
  block.emplace_back("fp", Value(std::move(fp)));
  return Value(std::move(block));
}

Value event(List ops, const Cid& root, const std::vector<Cid>& parents) {
  Map data;
  data.emplace_back("type", Value(std::string("batch")));
  data.emplace_back("ops", Value(std::move(ops)));
  data.emplace_back("root", Value(root));
  List links;
  for (const Cid& parent : parents) links.emplace_back(parent);
  Map block;
  block.emplace_back("data", Value(std::move(data)));
  block.emplace_back("parents", Value(std::move(links)));
  return Value(std::move(block));
}

Bytes meta_record(const Cid& car) {
  Map named;
  named.emplace_back("cars", Value(List{Value(car)}));
  const std::string json = dag_json::encode(Value(std::move(named)));
  Map data;
  data.emplace_back("dbMeta", Value(copy_of(as_bytes(json))));
  Map block;
  block.emplace_back("data", Value(std::move(data)));
  block.emplace_back("parents", Value(List()));
  const NewBlock written = block_with(Value(std::move(block)));
  const std::string text = R"([{"cid":")" + written.cid.text() + R"(","parents":[],"data":")" +
                           multibase::encode(Base::kBase64Pad, written.data) + "\"}]";
  return copy_of(as_bytes(text));
}

}  // namespace

std::string document_id(int number) {
  const std::string digits = std::to_string(number);
  return "doc-" + std::string(6 - digits.size(), '0') + digits;
}

void write_database_24(Remote& remote, const SecretKey& key, int count, int batch) {
  Written written;
  const KeyRing::Key sealing(key);
  std::optional<Cid> root;
  std::vector<Cid> head;
  std::vector<Cid> cars;  // newest first
  for (int start = 0; start < count; start += batch) {
    std::vector<NewBlock> blocks;
    TreeEditor editor(shard_rules_24(), written, root);
    List ops;
    for (int number = start; number < std::min(start + batch, count); ++number) {
      blocks.push_back(block_with(document(number)));
      if (!editor.put(document_id(number), blocks.back().cid))
        throw std::runtime_error("put failed");
      Map op;
      op.emplace_back("key", Value(document_id(number)));
      op.emplace_back("type", Value(std::string("put")));
      op.emplace_back("value", Value(blocks.back().cid));
      ops.emplace_back(std::move(op));
    }
    TreeEditor::Finished tree = editor.finish();
    for (NewBlock& shard : tree.blocks) {
      written.add(shard);
      blocks.push_back(std::move(shard));
    }
    root = tree.root;
    blocks.push_back(block_with(event(std::move(ops), tree.root, head)));
    head = {blocks.back().cid};
    const NewBlock top = block_with(header(cars, head[0]));
    Bytes plain = car::write_header(std::vector{top.cid});
    car::append_block(plain, top.cid, top.data);
    for (const NewBlock& block : blocks) car::append_block(plain, block.cid, block.data);
    const Cid car = cid_of(codec::kCar24, plain);
    remote.set(remote.car_path(CarKind::kData, car), sealed_car_24::seal(car, plain, sealing));
    cars.insert(cars.begin(), car);
  }
  remote.set(remote.meta_path(), meta_record(cars.front()));
}

}  // namespace fireproof::test
