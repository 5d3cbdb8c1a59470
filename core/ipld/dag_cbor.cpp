#include "ipld/dag_cbor.hpp"

#include <algorithm>
#include <bit>

#include "ipld/dag_cbor_reader.hpp"

namespace fireproof {
namespace {

Value read_value(DagCborReader& reader, int depth) {
  using Kind = DagCborReader::Kind;
  switch (reader.peek()) {
    case Kind::kInteger:
      return Value(reader.integer());
    case Kind::kFloat:
      return Value(reader.number());
    case Kind::kBool:
      return Value(reader.boolean());
    case Kind::kNull:
      reader.null();
      return {};
    case Kind::kText:
      return Value(std::string(reader.text()));
    case Kind::kBytes:
      return Value(copy_of(reader.bytes()));
    case Kind::kLink:
      return Value(reader.link());
    case Kind::kInvalid:
      reader.refuse("not a DAG-CBOR item");
      return {};
    case Kind::kList:
    case Kind::kMap:
      break;
  }
  if (depth == kMaxDepth) {
    reader.refuse("nested too deeply");
    return {};
  }
  if (reader.peek() == Kind::kList) {
    List list;
    for (std::size_t count = reader.list(); count > 0 && reader.ok(); --count) {
      list.push_back(read_value(reader, depth + 1));
    }
    return Value(std::move(list));
  }
  Map map;
  UniqueKeys keys;
  for (std::size_t count = reader.map(); count > 0 && reader.ok(); --count) {
    const std::string_view key = reader.text();
    if (!keys.insert(key)) reader.refuse("duplicate map key");
    map.emplace_back(key, read_value(reader, depth + 1));
  }
  return Value(std::move(map));
}

}  // namespace

void DagCborWriter::head(std::uint8_t major, std::uint64_t argument) {
  const auto top = static_cast<std::uint8_t>(major << 5);
  if (argument < 24) {
    to_.push_back(static_cast<std::uint8_t>(top | argument));
    return;
  }
  int width = 1;
  while (width < 8 && argument >> (width * 8) != 0) width *= 2;
  to_.push_back(
      static_cast<std::uint8_t>(top | (24 + std::countr_zero(static_cast<unsigned>(width)))));
  for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) {
    to_.push_back(static_cast<std::uint8_t>(argument >> shift));
  }
}

void DagCborWriter::integer(Integer value) { head(value.negative ? 1 : 0, value.magnitude); }

void DagCborWriter::number(double value) {
  to_.push_back(0xFB);
  const auto bits = bits_as<std::uint64_t>(value);
  for (int shift = 56; shift >= 0; shift -= 8)
    to_.push_back(static_cast<std::uint8_t>(bits >> shift));
}

void DagCborWriter::boolean(bool value) { to_.push_back(value ? 0xF5 : 0xF4); }

void DagCborWriter::null() { to_.push_back(0xF6); }

void DagCborWriter::text(std::string_view value) {
  head(3, value.size());
  append(to_, as_bytes(value));
}

void DagCborWriter::bytes_head(std::size_t size) { head(2, size); }

void DagCborWriter::bytes(ByteView value) {
  bytes_head(value.size());
  append(to_, value);
}

void DagCborWriter::link(const Cid& value) {
  to_.push_back(0xD8);
  to_.push_back(42);
  head(2, value.bytes().size() + 1);
  to_.push_back(0);
  append(to_, value.bytes());
}

void DagCborWriter::list(std::size_t count) { head(4, count); }

void DagCborWriter::map(std::size_t count) { head(5, count); }

void DagCborWriter::value(const Value& value) {
  struct Visitor {
    DagCborWriter& to;
    void operator()(Null) const { to.null(); }
    void operator()(bool content) const { to.boolean(content); }
    void operator()(Integer content) const { to.integer(content); }
    void operator()(double content) const { to.number(content); }
    void operator()(const std::string& content) const { to.text(content); }
    void operator()(const Bytes& content) const { to.bytes(content); }
    void operator()(const Cid& content) const { to.link(content); }
    void operator()(const List& content) const {
      to.list(content.size());
      for (const Value& item : content) to.value(item);
    }
    void operator()(const Map& content) const {
      std::vector<const Map::value_type*> sorted;
      sorted.reserve(content.size());
      for (const auto& entry : content) sorted.push_back(&entry);
      std::sort(sorted.begin(), sorted.end(),
                [](auto* a, auto* b) { return DagCborKeyOrder{}(a->first, b->first); });
      to.map(sorted.size());
      for (const auto* entry : sorted) {
        to.text(entry->first);
        to.value(entry->second);
      }
    }
  };
  std::visit(Visitor{*this}, value.content());
}

namespace dag_cbor {

Result<Value> decode(ByteView bytes) {
  DagCborReader reader(bytes);
  Value value = read_value(reader, 0);
  reader.end();
  FIREPROOF_CHECK(reader.status(ErrorCode::kCorruptBlock, "DAG-CBOR"));
  return value;
}

Bytes encode(const Value& value) {
  Bytes bytes;
  DagCborWriter(bytes).value(value);
  return bytes;
}

std::size_t head_size(std::uint64_t argument) {
  if (argument < 24) return 1;
  if (argument < 0x100) return 2;
  if (argument < 0x10000) return 3;
  return argument < 0x100000000 ? 5 : 9;
}

std::size_t link_size(const Cid& cid) {
  const std::size_t size = cid.bytes().size() + 1;
  return 2 + head_size(size) + size;
}

}  // namespace dag_cbor
}  // namespace fireproof
