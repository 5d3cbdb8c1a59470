#include "clock/event.hpp"

#include "ipld/dag_cbor.hpp"

namespace fireproof {
namespace {

tl::unexpected<Error> corrupt(std::string_view what) {
  return fail(ErrorCode::kCorruptBlock, "event: " + std::string(what));
}

Result<EventOp> read_op(const Value& from) {
  const auto* type = from.find<std::string>("type");
  const auto* key = from.find<std::string>("key");
  const Cid* value = from.find<Cid>("value");
  if (!type || !key) return corrupt("operation without type or key");
  if (*type == "del") return EventOp{true, *key, value ? *value : Cid()};
  if (*type != "put") return corrupt("operation of unknown type " + *type);
  if (!value) return corrupt("put without value");
  return EventOp{false, *key, *value};
}

}  // namespace

bool looks_like_event(ByteView block) {
  constexpr std::string_view kStart =
      "\xa2\x64"
      "data";
  return as_text(block).starts_with(kStart);
}

Result<Event> decode_event(ByteView block) {
  FIREPROOF_TRY(const Value value, dag_cbor::decode(block));
  const Value* data = value.find("data");
  const List* parents = value.find<List>("parents");
  if (!data || !parents) return corrupt("no data or no parents");
  const Cid* root = data->find<Cid>("root");
  if (!root) return corrupt("no root");
  Event event{{}, *root, {}};
  for (const Value& parent : *parents) {
    const Cid* cid = parent.get<Cid>();
    if (!cid) return corrupt("a parent that is no link");
    event.parents.push_back(*cid);
  }
  const auto* type = data->find<std::string>("type");
  if (!type || *type != "batch") {
    FIREPROOF_TRY(EventOp op, read_op(*data));
    event.ops.push_back(std::move(op));
    return event;
  }
  const List* ops = data->find<List>("ops");
  if (!ops) return corrupt("batch without ops");
  for (const Value& from : *ops) {
    FIREPROOF_TRY(EventOp op, read_op(from));
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
