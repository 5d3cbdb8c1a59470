#include "documents/rebase.hpp"

#include <algorithm>

#include "clock/replay.hpp"
#include "crypto/sha256.hpp"
#include "documents/document_json.hpp"
#include "ipld/dag_cbor.hpp"

namespace fireproof {
namespace {

Value* member_of(Value& value, std::string_view name) {
  Map* map = value.get<Map>();
  if (!map) return nullptr;
  const auto at = std::find_if(map->begin(), map->end(),
                               [&](const auto& entry) { return entry.first == name; });
  return at == map->end() ? nullptr : &at->second;
}

/// True if a value block may have attachments: its bytes tell without decoding.
bool may_have_files(const LocalDocument& document) {
  return !document.deleted && as_text(document.value).find("iles") != std::string_view::npos;
}

/// Calls `visit` with each link to an attachment CAR in a decoded value block.
template <typename Visit>
void visit_cars(Value& block, Visit visit) {
  Value* fields = member_of(block, "doc");
  if (!fields) return;
  for (const char* name : {"_files", "_publicFiles"}) {
    Value* field = member_of(*fields, name);
    Map* files = field ? field->get<Map>() : nullptr;
    if (!files) continue;
    for (auto& [file, entry] : *files) {
      Value* car = member_of(entry, "car");
      if (Cid* cid = car ? car->get<Cid>() : nullptr) visit(*cid);
    }
  }
}

/// The value block of a document, with the new names of its attachment CARs.
Result<NewBlock> renamed_value(const LocalDocument& document,
                               const std::map<Cid, Cid, CidByteOrder>& renamed) {
  if (!renamed.empty() && may_have_files(document)) {
    FIREPROOF_TRY(Value block, dag_cbor::decode(document.value));
    visit_cars(block, [&](Cid& car) {
      if (const auto at = renamed.find(car); at != renamed.end()) car = at->second;
    });
    Bytes bytes = dag_cbor::encode(block);
    Cid cid = cid_of(codec::kDagCbor, bytes);
    return NewBlock{std::move(cid), std::move(bytes)};
  }
  return NewBlock{cid_of(codec::kDagCbor, document.value), document.value};
}

Result<std::vector<EventGraph::Id>> find_events(const EventGraph& graph,
                                                const std::vector<Cid>& events) {
  std::vector<EventGraph::Id> ids;
  for (const Cid& event : events) {
    const auto id = graph.find(event);
    if (!id) return fail(ErrorCode::kCorruptBlock, "event " + event.text() + " is missing");
    ids.push_back(*id);
  }
  return ids;
}

}  // namespace

Result<std::vector<LocalDocument>> collect_documents(Database& database,
                                                     const std::vector<HeadEvent>& heads) {
  std::vector<LocalDocument> documents;
  FIREPROOF_TRY(const std::optional<Cid> root, database.effective_root(heads));
  if (!root) return documents;
  const Format& format = database.format();
  FIREPROOF_TRY(const std::vector<tree::Entry> entries,
                tree::list(format.shards(), *root, KeyRange(), database));
  bool waiting = false;
  for (const tree::Entry& entry : entries) waiting = !database.find(entry.value) || waiting;
  if (waiting) return suspended();
  for (const tree::Entry& entry : entries) {
    const ByteView value = *database.find(entry.value);
    auto stored = read_document(value, format.honours_deleted_field());
    if (!stored)
      return fail(ErrorCode::kCorruptBlock, entry.value.text() + " " + stored.error().message);
    documents.push_back({entry.key, stored->deleted, copy_of(value)});
  }
  return documents;
}

Result<std::vector<Cid>> attachment_cars(const LocalDocument& document) {
  std::vector<Cid> cars;
  if (!may_have_files(document)) return cars;
  FIREPROOF_TRY(Value block, dag_cbor::decode(document.value));
  visit_cars(block, [&](const Cid& car) { cars.push_back(car); });
  return cars;
}

Result<std::vector<Update>> updates_onto(Database& database, const std::vector<HeadEvent>& onto,
                                         const std::vector<LocalDocument>& documents,
                                         const std::map<Cid, Cid, CidByteOrder>& renamed) {
  std::vector<Update> updates;
  FIREPROOF_TRY(const std::optional<Cid> root, database.effective_root(onto));
  bool waiting = false;
  for (const LocalDocument& document : documents) {
    if (document.deleted) {
      if (!root) continue;
      const auto known = tree::get(database.format().shards(), *root, document.id, database);
      if (!known && known.error().code != ErrorCode::kSuspended) return fail(known.error());
      waiting = waiting || !known;
      if (!known || !*known) continue;
    }
    FIREPROOF_TRY(NewBlock value, renamed_value(document, renamed));
    updates.push_back({document.id, std::move(value)});
  }
  if (waiting) return suspended();
  return updates;
}

Result<std::vector<std::string>> rebased_ids(Database& database, const RebaseMark& mark) {
  EventGraph* graph = database.events();
  if (!graph) return suspended();
  FIREPROOF_TRY(const auto heads, find_events(*graph, mark.head));
  FIREPROOF_TRY(const auto onto, find_events(*graph, mark.onto));
  std::vector<std::string> ids;
  for (const EventGraph::Id event : events_since(*graph, heads, onto)) {
    for (const EventOp& op : graph->node(event).ops) ids.push_back(op.key);
  }
  return ids;
}

Result<Cid> first_event(Database& database, const std::vector<Cid>& head) {
  EventGraph* graph = database.events();
  if (!graph) return suspended();
  FIREPROOF_TRY(const auto heads, find_events(*graph, head));
  std::optional<Cid> first;
  for (const EventGraph::Id event : events_since(*graph, heads, {})) {
    const EventGraph::Node& node = graph->node(event);
    if (node.parents.empty() && (!first || CidTextOrder{}(node.cid, *first))) first = node.cid;
  }
  if (!first) return fail(ErrorCode::kCorruptBlock, "the history has no first event");
  return *first;
}

}  // namespace fireproof
