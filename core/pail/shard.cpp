#include "pail/shard.hpp"

#include "ipld/dag_cbor.hpp"
#include "ipld/dag_cbor_reader.hpp"

namespace fireproof {
namespace {

constexpr std::uint64_t kMaxKeySize24 = 4096;

/// An entry is [key, value], [key, [child]] or [key, [child, value]] in both generations.
ShardEntry read_entry(DagCborReader& reader) {
  ShardEntry entry;
  reader.list_of(2);
  entry.key = std::string(reader.text());
  if (reader.peek() != DagCborReader::Kind::kList) {
    entry.value = reader.link();
    return entry;
  }
  const std::size_t links = reader.list();
  if (links != 1 && links != 2) reader.refuse("entry with an unexpected number of links");
  entry.child = reader.link();
  if (links == 2) entry.value = reader.link();
  return entry;
}

std::vector<ShardEntry> read_entries(DagCborReader& reader) {
  std::vector<ShardEntry> entries;
  std::size_t count = reader.list();
  entries.reserve(count);
  for (; count > 0 && reader.ok(); --count) entries.push_back(read_entry(reader));
  return entries;
}

void write_entry(DagCborWriter& writer, const ShardEntry& entry) {
  writer.list(2);
  writer.text(entry.key);
  if (!entry.child) {
    writer.link(*entry.value);
    return;
  }
  writer.list(entry.value ? 2 : 1);
  writer.link(*entry.child);
  if (entry.value) writer.link(*entry.value);
}

void write_entries(DagCborWriter& writer, const std::vector<ShardEntry>& entries) {
  writer.list(entries.size());
  for (const ShardEntry& entry : entries) write_entry(writer, entry);
}

}  // namespace

Result<Shard> shard14::decode(ByteView block) {
  DagCborReader reader(block);
  Shard shard{{}, read_entries(reader)};
  reader.end();
  FIREPROOF_CHECK(reader.status(ErrorCode::kCorruptBlock, "shard"));
  return shard;
}

Bytes shard14::encode(const Shard& shard) {
  Bytes block;
  DagCborWriter writer(block);
  write_entries(writer, shard.entries);
  return block;
}

std::size_t shard14::entry_size(const ShardEntry& entry) {
  std::size_t size = 1 + dag_cbor::head_size(entry.key.size()) + entry.key.size();
  if (entry.child) size += 1 + dag_cbor::link_size(*entry.child);
  if (entry.value) size += dag_cbor::link_size(*entry.value);
  return size;
}

Result<Shard> shard24::decode(ByteView block) {
  DagCborReader reader(block);
  Shard shard;
  bool has_entries = false;
  UniqueKeys keys;
  for (std::size_t members = reader.map(); members > 0 && reader.ok(); --members) {
    const std::string_view key = reader.text();
    if (!keys.insert(key)) reader.refuse("duplicate member");
    if (key == "prefix") {
      shard.prefix = std::string(reader.text());
    } else if (key == "entries") {
      has_entries = true;
      shard.entries = read_entries(reader);
    } else if (key == "version") {
      if (reader.integer() != Integer{1, false}) reader.refuse("shard version is not 1");
    } else {
      reader.skip();
    }
  }
  if (!has_entries) reader.refuse("shard without entries");
  reader.end();
  FIREPROOF_CHECK(reader.status(ErrorCode::kCorruptBlock, "shard"));
  return shard;
}

Bytes shard24::encode(const Shard& shard) {
  Bytes block;
  DagCborWriter writer(block);
  writer.map(5);
  writer.text("prefix");
  writer.text(shard.prefix);
  writer.text("entries");
  write_entries(writer, shard.entries);
  writer.text("version");
  writer.integer({1, false});
  writer.text("keyChars");
  writer.text("ascii");
  writer.text("maxKeySize");
  writer.integer({kMaxKeySize24, false});
  return block;
}

}  // namespace fireproof
