#include "documents/read.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "clock/replay.hpp"
#include "documents/document_json.hpp"
#include "ipld/dag_cbor.hpp"

namespace fireproof::read {
namespace {

tl::unexpected<Error> not_found(std::string_view id) {
  return fail(ErrorCode::kNotFound,
              "Not found: document \"" + std::string(id) + "\" does not exist");
}

void write_clock(DocumentJson& json, const std::vector<HeadEvent>& heads) {
  json.member("clock");
  json.begin_list();
  for (const HeadEvent& head : heads) json.text(head.event.text());
  json.end_list();
}

Result<StoredDocument> read_value(Database& database, const Cid& value) {
  const auto block = database.find(value);
  if (!block) return suspended();
  auto document = read_document(*block, database.format().honours_deleted_field());
  if (!document)
    return fail(ErrorCode::kCorruptBlock, value.text() + " " + document.error().message);
  return document;
}

/// Asks for several values at once; kSuspended unless all are resident.
Status require(Database& database, std::span<const tree::Entry> entries) {
  bool resident = true;
  for (const tree::Entry& entry : entries)
    resident = database.find(entry.value).has_value() && resident;
  return resident ? Status() : Status(suspended());
}

/// The events of a head as numbers of the graph.
Result<std::vector<EventGraph::Id>> find_all(const EventGraph& graph,
                                             const std::vector<Cid>& events, ErrorCode code) {
  std::vector<EventGraph::Id> ids;
  for (const Cid& event : events) {
    const auto id = graph.find(event);
    if (!id) return fail(code, "event " + event.text() + " is not known here");
    ids.push_back(*id);
  }
  return ids;
}

/// Keys in the order of their last mention, and how many of the events they were taken from.
struct Mentions {
  std::vector<std::string> keys;
  std::size_t events;
};

/// Keys named by `events`, at most `limit` of them. Takes whole events only, and the first that names keys in any case: a clock
/// cannot say that a part of an event was seen.
Mentions keys_by_last_mention(const EventGraph& graph, const std::vector<EventGraph::Id>& events,
                              const Format& format, std::size_t limit) {
  std::unordered_map<std::string_view, std::size_t> last;
  std::size_t position = 0;
  for (const EventGraph::Id id : events) {
    for (const EventOp& op : graph.node(id).ops) last[op.key] = position++;
  }
  Mentions found{{}, 0};
  position = 0;
  for (const EventGraph::Id id : events) {
    if (limit == 0) break;
    const std::size_t before = found.keys.size();
    for (const EventOp& op : graph.node(id).ops) {
      if (last[op.key] == position++ && !format.is_hidden(op.key)) found.keys.push_back(op.key);
    }
    if (before > 0 && found.keys.size() > limit) {
      found.keys.resize(before);
      break;
    }
    ++found.events;
  }
  return found;
}

/// The head of what `since` and `events` lead to. Every event comes after its parents.
std::vector<HeadEvent> head_of(const EventGraph& graph, const std::vector<EventGraph::Id>& since,
                               std::span<const EventGraph::Id> events) {
  std::unordered_set<EventGraph::Id> ids(since.begin(), since.end());
  for (const EventGraph::Id id : events) {
    for (const EventGraph::Id parent : graph.node(id).parents) ids.erase(parent);
    ids.insert(id);
  }
  std::vector<HeadEvent> heads;
  for (const EventGraph::Id id : ids) heads.push_back({graph.node(id).cid, graph.node(id).root});
  sort_heads(heads);
  return heads;
}

using Values = std::unordered_map<std::string, Cid>;

/// The merged values of `keys`: looked up one by one when they are few, else by a listing.
Result<Values> values_of(Database& database, const Cid& root,
                         const std::vector<std::string>& keys) {
  constexpr std::size_t kFew = 16;
  const ShardRules& rules = database.format().shards();
  Values values;
  if (keys.size() > kFew) {
    FIREPROOF_TRY(std::vector<tree::Entry> entries, tree::list(rules, root, KeyRange(), database));
    for (tree::Entry& entry : entries)
      values.insert_or_assign(std::move(entry.key), std::move(entry.value));
    return values;
  }
  bool waiting = false;
  for (const std::string& key : keys) {
    auto value = tree::get(rules, root, key, database);
    if (value && *value) values.emplace(key, std::move(**value));
    if (!value && value.error().code != ErrorCode::kSuspended)
      return fail(std::move(value).error());
    waiting = waiting || !value;
  }
  if (waiting) return suspended();
  return values;
}

bool involve_merge(const EventGraph& graph, const std::vector<EventGraph::Id>& events,
                   const std::vector<HeadEvent>& heads, const std::vector<Cid>& since) {
  return heads.size() > 1 || since.size() > 1 ||
         std::any_of(events.begin(), events.end(),
                     [&](EventGraph::Id id) { return graph.node(id).parents.size() > 1; });
}

/// `keys`, and before them those whose value differs between the two states though they are not among them.
Result<std::vector<std::string>> with_decided_anew(Database& database, const EventGraph& graph,
                                                   const std::vector<EventGraph::Id>& since,
                                                   const std::vector<HeadEvent>& heads,
                                                   std::vector<std::string> keys) {
  std::vector<HeadEvent> before;
  for (const EventGraph::Id id : since) before.push_back({graph.node(id).cid, graph.node(id).root});
  sort_heads(before);
  FIREPROOF_TRY(const std::optional<Cid> old_root, database.effective_root(before));
  FIREPROOF_TRY(const std::optional<Cid> new_root, database.effective_root(heads));
  if (!old_root || !new_root) return keys;
  FIREPROOF_TRY(std::vector<std::string> affected,
                tree::changed_keys(database.format().shards(), *old_root, *new_root, database));
  const std::unordered_set<std::string> named(keys.begin(), keys.end());
  std::erase_if(affected, [&](const std::string& key) {
    return named.contains(key) || database.format().is_hidden(key);
  });
  affected.insert(affected.end(), std::make_move_iterator(keys.begin()),
                  std::make_move_iterator(keys.end()));
  return affected;
}

}  // namespace

Result<std::string> get(Database& database, const std::vector<HeadEvent>& heads,
                        std::string_view id) {
  if (database.format().is_hidden(id)) return not_found(id);
  FIREPROOF_TRY(const std::optional<Cid> root, database.effective_root(heads));
  if (!root) return not_found(id);
  FIREPROOF_TRY(const std::optional<Cid> value,
                tree::get(database.format().shards(), *root, id, database));
  if (!value) return not_found(id);
  FIREPROOF_TRY(const StoredDocument document, read_value(database, *value));
  if (document.deleted) return not_found(id);
  DocumentJson json;
  json.begin_object();
  json.member("doc");
  FIREPROOF_CHECK(json.document(id, document.fields));
  return json.finish();
}

Result<std::string> all_docs(Database& database, const std::vector<HeadEvent>& heads,
                             const KeyRange& range) {
  DocumentJson json;
  json.begin_object();
  json.member("rows");
  json.begin_list();
  FIREPROOF_TRY(const std::optional<Cid> root, database.effective_root(heads));
  if (root) {
    // Tombstones do not count towards the limit, so it cannot be left to the listing of keys.
    KeyRange keys = range;
    keys.limit = SIZE_MAX;
    FIREPROOF_TRY(const std::vector<tree::Entry> entries,
                  tree::list(database.format().shards(), *root, keys, database));
    FIREPROOF_CHECK(
        require(database, std::span(entries).first(std::min(range.limit, entries.size()))));
    std::size_t count = 0;
    for (const tree::Entry& entry : entries) {
      if (count == range.limit) break;
      if (database.format().is_hidden(entry.key)) continue;
      FIREPROOF_TRY(const StoredDocument document, read_value(database, entry.value));
      if (document.deleted) continue;
      ++count;
      json.begin_object();
      json.member("key");
      json.text(entry.key);
      json.member("value");
      FIREPROOF_CHECK(json.document(entry.key, document.fields));
      json.end_object();
    }
  }
  json.end_list();
  write_clock(json, heads);
  return json.finish();
}

Result<std::string> changes(Database& database, const std::vector<HeadEvent>& heads,
                            const std::vector<Cid>& since, std::size_t limit, bool all_affected) {
  EventGraph* graph = database.events();
  if (!graph) return suspended();
  FIREPROOF_TRY(const auto head_ids, find_all(*graph, events_of(heads), ErrorCode::kCorruptBlock));
  FIREPROOF_TRY(const auto since_ids, find_all(*graph, since, ErrorCode::kInvalidArgument));
  const std::vector<EventGraph::Id> events = events_since(*graph, head_ids, since_ids);
  Mentions mentions =
      keys_by_last_mention(*graph, events, database.format(), all_affected ? SIZE_MAX : limit);
  std::vector<std::string> keys = std::move(mentions.keys);
  if (all_affected && !since.empty() && involve_merge(*graph, events, heads, since)) {
    FIREPROOF_TRY(keys, with_decided_anew(database, *graph, since_ids, heads, std::move(keys)));
  }
  FIREPROOF_TRY(const std::optional<Cid> root, database.effective_root(heads));
  Values values;
  if (root) {
    FIREPROOF_TRY(values, values_of(database, *root, keys));
  }
  std::vector<tree::Entry> wanted;
  for (const std::string& key : keys) {
    if (const auto at = values.find(key); at != values.end()) wanted.push_back({key, at->second});
  }
  FIREPROOF_CHECK(require(database, wanted));
  DocumentJson json;
  json.begin_object();
  json.member("rows");
  json.begin_list();
  for (const std::string& key : keys) {
    StoredDocument document{true, {}};
    if (const auto at = values.find(key); at != values.end()) {
      FIREPROOF_TRY(document, read_value(database, at->second));
    }
    json.begin_object();
    json.member("key");
    json.text(key);
    json.member("value");
    if (document.deleted) {
      json.tombstone(key);
      json.member("deleted");
      json.boolean(true);
    } else {
      FIREPROOF_CHECK(json.document(key, document.fields));
    }
    json.end_object();
  }
  json.end_list();
  const bool whole = mentions.events == events.size();
  write_clock(json,
              whole ? heads : head_of(*graph, since_ids, std::span(events).first(mentions.events)));
  return json.finish();
}

namespace {

/// Adds the CARs of the entries of a field; 0.14 has a link, 0.24 a list of links.
void add_cars(const Value* field, std::vector<Cid>& cars, std::unordered_set<Cid, CidHash>& seen) {
  const Map* entries = field ? field->get<Map>() : nullptr;
  if (!entries) return;
  for (const auto& [name, entry] : *entries) {
    const Value* car = entry.find("car");
    if (const Cid* cid = car ? car->get<Cid>() : nullptr; cid && seen.insert(*cid).second)
      cars.push_back(*cid);
    const List* list = car ? car->get<List>() : nullptr;
    if (!list) continue;
    for (const Value& item : *list) {
      if (const Cid* cid = item.get<Cid>(); cid && seen.insert(*cid).second) cars.push_back(*cid);
    }
  }
}

}  // namespace

Result<std::vector<Cid>> attachment_cars(Database& database, const std::vector<HeadEvent>& heads) {
  std::vector<Cid> cars;
  std::unordered_set<Cid, CidHash> seen;
  FIREPROOF_TRY(const std::optional<Cid> root, database.effective_root(heads));
  if (!root) return cars;
  FIREPROOF_TRY(const std::vector<tree::Entry> entries,
                tree::list(database.format().shards(), *root, KeyRange(), database));
  FIREPROOF_CHECK(require(database, entries));
  for (const tree::Entry& entry : entries) {
    FIREPROOF_TRY(const StoredDocument document, read_value(database, entry.value));
    // Most documents have none: their bytes tell without decoding.
    if (document.deleted || as_text(document.fields).find("iles") == std::string_view::npos)
      continue;
    FIREPROOF_TRY(const Value fields, dag_cbor::decode(document.fields));
    add_cars(fields.find("_files"), cars, seen);
    add_cars(fields.find("_publicFiles"), cars, seen);
  }
  return cars;
}

}  // namespace fireproof::read
