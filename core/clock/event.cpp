#include "clock/event.hpp"

#include <optional>

#include "ipld/dag_cbor.hpp"
#include "ipld/dag_cbor_reader.hpp"

namespace fireproof {
namespace {

tl::unexpected<Error> corrupt(std::string_view what) {
  return fail(ErrorCode::kCorruptBlock, "event: " + std::string(what));
}

/// The members of an operation, or of an event's `data`, which is one if the event has only one.
struct Members {
  std::optional<Cid> root;
  std::optional<std::string_view> type;
  std::optional<std::string_view> key;
  std::optional<Cid> value;
  std::optional<std::vector<Members>> ops;
};

void read_text(DagCborReader& reader, std::optional<std::string_view>& to) {
  if (reader.peek() == DagCborReader::Kind::kText) {
    to = reader.text();
  } else {
    reader.skip();
  }
}

void read_link(DagCborReader& reader, std::optional<Cid>& to) {
  if (reader.peek() == DagCborReader::Kind::kLink) {
    to = reader.link();
  } else {
    reader.skip();
  }
}

/// Members of other kinds, and other members, are passed over. `data` may have operations, these may not.
Members read_members(DagCborReader& reader, bool is_data) {
  Members members;
  if (reader.peek() != DagCborReader::Kind::kMap) {
    reader.skip();
    return members;
  }
  UniqueKeys keys;
  for (std::size_t count = reader.map(); count > 0 && reader.ok(); --count) {
    const std::string_view name = reader.text();
    if (!keys.insert(name)) reader.refuse("duplicate map key");
    if (name == "type") {
      read_text(reader, members.type);
    } else if (name == "key") {
      read_text(reader, members.key);
    } else if (name == "root") {
      read_link(reader, members.root);
    } else if (name == "value") {
      read_link(reader, members.value);
    } else if (name == "ops" && is_data && reader.peek() == DagCborReader::Kind::kList) {
      members.ops.emplace();
      std::size_t ops = reader.list();
      members.ops->reserve(ops);
      for (; ops > 0 && reader.ok(); --ops) members.ops->push_back(read_members(reader, false));
    } else {
      reader.skip();
    }
  }
  return members;
}

Result<EventOp> op_of(const Members& from) {
  if (!from.type || !from.key) return corrupt("operation without type or key");
  if (*from.type == "del") return EventOp{true, std::string(*from.key), from.value.value_or(Cid())};
  if (*from.type != "put") return corrupt("operation of unknown type " + std::string(*from.type));
  if (!from.value) return corrupt("put without value");
  return EventOp{false, std::string(*from.key), *from.value};
}

}  // namespace

bool looks_like_event(ByteView block) {
  constexpr std::string_view kStart =
      "\xa2\x64"
      "data";
  return as_text(block).starts_with(kStart);
}

Result<Event> decode_event(ByteView block) {
  DagCborReader reader(block);
  std::optional<Members> data;
  std::optional<std::vector<Cid>> parents;
  bool are_links = true;
  UniqueKeys keys;
  for (std::size_t count = reader.map(); count > 0 && reader.ok(); --count) {
    const std::string_view name = reader.text();
    if (!keys.insert(name)) reader.refuse("duplicate map key");
    if (name == "data") {
      data = read_members(reader, true);
    } else if (name == "parents" && reader.peek() == DagCborReader::Kind::kList) {
      parents.emplace();
      for (std::size_t left = reader.list(); left > 0 && reader.ok(); --left) {
        std::optional<Cid> parent;
        read_link(reader, parent);
        are_links = are_links && parent;
        if (parent) parents->push_back(std::move(*parent));
      }
    } else {
      reader.skip();
    }
  }
  reader.end();
  FIREPROOF_CHECK(reader.status(ErrorCode::kCorruptBlock, "DAG-CBOR"));
  if (!data || !parents) return corrupt("no data or no parents");
  if (!data->root) return corrupt("no root");
  if (!are_links) return corrupt("a parent that is no link");
  Event event{std::move(*parents), std::move(*data->root), {}};
  if (data->type != "batch") {
    FIREPROOF_TRY(EventOp op, op_of(*data));
    event.ops.push_back(std::move(op));
    return event;
  }
  if (!data->ops) return corrupt("batch without ops");
  event.ops.reserve(data->ops->size());
  for (const Members& from : *data->ops) {
    FIREPROOF_TRY(EventOp op, op_of(from));
    event.ops.push_back(std::move(op));
  }
  return event;
}

namespace {

void write_op(DagCborWriter& writer, const EventOp& op, const Cid* root) {
  writer.map(root ? 4 : 3);
  writer.text("key");
  writer.text(op.key);
  if (root) {
    writer.text("root");
    writer.link(*root);
  }
  writer.text("type");
  writer.text("put");
  writer.text("value");
  writer.link(op.value);
}

}  // namespace

Bytes encode_event(const Event& event) {
  Bytes block;
  DagCborWriter writer(block);
  writer.map(2);
  writer.text("data");
  if (event.ops.size() == 1) {
    write_op(writer, event.ops.front(), &event.root);
  } else {
    writer.map(3);
    writer.text("ops");
    writer.list(event.ops.size());
    for (const EventOp& op : event.ops) write_op(writer, op, nullptr);
    writer.text("root");
    writer.link(event.root);
    writer.text("type");
    writer.text("batch");
  }
  writer.text("parents");
  writer.list(event.parents.size());
  for (const Cid& parent : event.parents) writer.link(parent);
  return block;
}

}  // namespace fireproof
