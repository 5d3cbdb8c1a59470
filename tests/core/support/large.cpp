#include "support/large.hpp"

#include <algorithm>
#include <stdexcept>

#include "crypto/sha256.hpp"
#include "support/blocks.hpp"
#include "support/writer.hpp"

namespace fireproof::test {
namespace {

constexpr int kBatch = 10'000;

NewBlock document(const Format& format, int number) {
  Map fields;
  fields.emplace_back("n", Value::integer(static_cast<std::uint64_t>(number)));
  fields.emplace_back("body", Value(std::string(20, static_cast<char>('a' + number % 26))));
  return *format.document_block(document_id(number), std::move(fields));
}

NewBlock event(const Format& format, const std::vector<HeadEvent>& heads, const Cid& root,
               std::vector<EventOp> ops) {
  if (!format.has_genesis()) ops.erase(ops.begin(), ops.end() - 1);
  Event event{{}, root, std::move(ops)};
  for (const HeadEvent& head : heads) event.parents.push_back(head.event);
  Bytes data = encode_event(event);
  const Cid cid = cid_of(codec::kDagCbor, data);
  return {cid, std::move(data)};
}

NewBlock shard_block(const Format& format, const Shard& shard) {
  Bytes data = format.shards().encode(shard);
  const Cid cid = cid_of(codec::kDagCbor, data);
  return {cid, std::move(data)};
}

// Makes the tree of one batch after the other.
class Tree {
 public:
  explicit Tree(const Format& format)
      : format_(format), editor_(format.shards(), stored_, std::nullopt) {}

  // The new shards, the root last.
  std::vector<NewBlock> add(const std::vector<EventOp>& ops) {
    return format_.has_genesis() ? edit(ops) : append(ops);
  }

 private:
  std::vector<NewBlock> edit(const std::vector<EventOp>& ops) {
    for (const EventOp& op : ops) {
      if (!editor_.put(op.key, op.value)) throw std::runtime_error("put failed");
    }
    return editor_.finish().blocks;
  }

  // 0.14: puts one by one take too long for a test. One shard for the ids that begin alike, and one above all of them.
  std::vector<NewBlock> append(const std::vector<EventOp>& ops) {
    constexpr std::size_t kPrefix = 6;
    Shard below;
    for (const EventOp& op : ops)
      below.entries.push_back({op.key.substr(kPrefix), op.value, std::nullopt});
    std::vector<NewBlock> blocks{shard_block(format_, below)};
    root_.entries.push_back({ops.front().key.substr(0, kPrefix), std::nullopt, blocks[0].cid});
    blocks.push_back(shard_block(format_, root_));
    return blocks;
  }

  const Format& format_;
  Blocks stored_;
  TreeEditor editor_;
  Shard root_;
};

}  // namespace

void store_large(Storage& storage, const Kind& kind, int count) {
  const EngineOptions options = options_of(kind);
  const Format& format = *find_format(kind.format);
  LocalRecord record;
  record.format = kind.format;
  record.is_public = kind.is_public;
  KeyRing keys;
  if (!kind.is_public) {
    record.keys.push_back(*SecretKey::parse(options.key, format.key_size()));
    keys.set_default(record.keys.front());
  }
  Entropy entropy(options.entropy);
  Tree tree(format);
  for (int start = 0; start < count; start += kBatch) {
    std::vector<NewBlock> blocks;
    std::vector<EventOp> ops;
    for (int number = start; number < std::min(start + kBatch, count); ++number) {
      blocks.push_back(document(format, number));
      ops.push_back({false, document_id(number), blocks.back().cid});
    }
    std::vector<NewBlock> shards = tree.add(ops);
    std::move(shards.begin(), shards.end(), std::back_inserter(blocks));
    const Cid root = blocks.back().cid;
    blocks.push_back(event(format, record.heads, root, std::move(ops)));
    record.heads = {{blocks.back().cid, root}};
    std::vector<BlockView> views;
    for (const NewBlock& block : blocks) views.push_back({block.cid, block.data});
    SealedCar car = format.seal({record.sealed, {}, {record.heads.front().event}}, views,
                                keys.default_key(), entropy);
    const std::string name = car.name.text();
    Database::Rows rows = Database(format, 0).add_opened_car(car.name, std::move(car.opened));
    storage.tables["car"][name] = std::move(car.stored);
    storage.tables["blocks"][name] = std::move(rows.blocks);
    storage.tables["events"][name] = std::move(rows.events);
    record.sealed.insert(record.sealed.begin(), {car.name});
  }
  storage.record = record.encode();
  storage.version = 1;
}

}  // namespace fireproof::test
