#include <algorithm>

#include "crypto/sha256.hpp"
#include "formats/meta.hpp"
#include "ipld/dag_cbor.hpp"
#include "ipld/dag_json.hpp"
#include "ipld/json.hpp"
#include "multiformats/multibase.hpp"

namespace fireproof {
namespace {

tl::unexpected<Error> corrupt_meta(std::string what) {
  return fail(ErrorCode::kCorruptMeta, "meta record: " + std::move(what));
}

/// The group that a meta event block names: dbMeta, bytes of `{"cars": [link…]}`.
Result<CarGroup> read_group(ByteView block) {
  auto event = dag_cbor::decode(block);
  if (!event) return corrupt_meta("an entry is no meta event");
  const Value* data = event->find("data");
  const Bytes* db_meta = data ? data->find<Bytes>("dbMeta") : nullptr;
  if (!db_meta) return corrupt_meta("an entry without dbMeta");
  auto named = dag_json::decode(as_text(*db_meta));
  const List* cars = named ? named->find<List>("cars") : nullptr;
  if (!cars || cars->empty()) return corrupt_meta("an entry that names no CAR");
  CarGroup group;
  for (const Value& car : *cars) {
    const Cid* cid = car.get<Cid>();
    if (!cid || cid->codec() != codec::kCar24)
      return corrupt_meta("an entry names something that is no CAR");
    group.push_back(*cid);
  }
  return group;
}

Result<MetaEntry> read_entry(const Value& from) {
  const auto* data = from.find<std::string>("data");
  const auto block = data ? multibase::decode(*data) : std::nullopt;
  if (!block) return corrupt_meta("an entry without data");
  MetaEntry entry;
  FIREPROOF_TRY(entry.group, read_group(*block));
  entry.event = cid_of(codec::kDagCbor, *block);
  if (const List* parents = from.find<List>("parents")) {
    for (const Value& parent : *parents) {
      const auto* text = parent.get<std::string>();
      auto cid = text ? Cid::parse(*text) : std::nullopt;
      if (!cid) return corrupt_meta("an entry with a parent that is no CID");
      entry.parents.push_back(std::move(*cid));
    }
  }
  return entry;
}

void read_keys(const Value* from, Meta& meta) {
  const List* keys = from ? from->get<List>() : nullptr;
  if (!keys) return;
  for (const Value& item : *keys) {
    const auto* text = item.get<std::string>();
    auto key = SecretKey::parse(text ? *text : std::string(), kKeySize24);
    if (key) {
      meta.keys.push_back(std::move(*key));
    } else {
      meta.damaged.push_back({ErrorCode::kCorruptMeta, "meta record: a key that is none"});
    }
  }
}

}  // namespace

Result<Meta> read_meta_24(ByteView bytes) {
  auto value = json::parse(as_text(bytes));
  if (!value) return corrupt_meta(value.error().message);
  Meta meta;
  const List* entries = value->get<List>();
  if (!entries) {
    entries = value->find<List>("metas");
    read_keys(value->find("keys"), meta);
    if (entries) meta.object = *value;
  }
  if (!entries) {
    if (!value->find("car")) return corrupt_meta("no list of entries");
    return fail(ErrorCode::kUnsupportedFormat,
                "this meta record was written by Fireproof 0.14, the database is "
                "opened as 0.24");
  }
  for (const Value& from : *entries) {
    read_keys(from.find("key"), meta);
    auto entry = read_entry(from);
    if (entry) {
      entry->json = from;
      meta.entries.push_back(std::move(*entry));
    } else {
      meta.unread.push_back(from);
      meta.damaged.push_back(std::move(entry).error());
    }
  }
  return meta;
}

namespace {

Value links(std::vector<Cid> cids) {
  List list;
  for (Cid& cid : cids) list.emplace_back(std::move(cid));
  return Value(std::move(list));
}

/// The meta event block: the group as DAG-JSON in `dbMeta`, and the parents by bytes.
Bytes meta_event(const CarGroup& group, std::vector<Cid> parents) {
  Map named;
  named.emplace_back("cars", links(group));
  const std::string text = dag_json::encode(Value(std::move(named)));
  std::sort(parents.begin(), parents.end(), CidByteOrder());
  Map data;
  data.emplace_back("dbMeta", Value(copy_of(as_bytes(text))));
  Map event;
  event.emplace_back("data", Value(std::move(data)));
  event.emplace_back("parents", links(std::move(parents)));
  return dag_cbor::encode(Value(std::move(event)));
}

}  // namespace

Bytes write_meta_24(const CarGroup& group, const MetaBase& base) {
  const Bytes event = meta_event(group, base.replaced);
  std::string list = R"([{"cid":")" + cid_of(codec::kDagCbor, event).text() + R"(","parents":)";
  list.append(json::cid_list(base.replaced))
      .append(R"(,"data":")")
      .append(multibase::encode(Base::kBase64Pad, event))
      .append("\"}");
  for (const Value& entry : base.kept) list.append(",").append(dag_json::encode(entry));
  list.push_back(']');
  const Map* object = base.object.get<Map>();
  if (!object) return copy_of(as_bytes(list));
  std::string text = "{";
  for (const auto& [name, member] : *object) {
    if (text.size() > 1) text.push_back(',');
    json::append_text(text, name);
    text.append(":").append(name == "metas" ? list : dag_json::encode(member));
  }
  return copy_of(as_bytes(text + "}"));
}

}  // namespace fireproof
