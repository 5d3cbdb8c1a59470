#include "documents/write_request.hpp"

#include <algorithm>

#include "ipld/json.hpp"
#include "multiformats/multibase.hpp"

namespace fireproof {
namespace {

tl::unexpected<Error> invalid(std::string what) {
  return fail(ErrorCode::kInvalidDocument, std::move(what));
}

double as_number(Integer integer) {
  const auto magnitude = static_cast<double>(integer.magnitude);
  return integer.negative ? -1 - magnitude : magnitude;
}

/// The link that `{"/": "<cid>"}` stands for.
std::optional<Cid> as_link(const Value& value) {
  const Map* map = value.get<Map>();
  if (!map || map->size() != 1 || map->front().first != "/") return std::nullopt;
  const auto* text = map->front().second.get<std::string>();
  return text ? Cid::parse(*text) : std::nullopt;
}

/// Turns a value as JSON has it into the one that it means.
void interpret(Value& value) {
  std::vector<Value*> stack{&value};
  while (!stack.empty()) {
    Value& at = *stack.back();
    stack.pop_back();
    if (const Integer* integer = at.get<Integer>(); integer && !json::is_safe_integer(*integer)) {
      at = Value(as_number(*integer));
    } else if (auto link = as_link(at)) {
      at = Value(std::move(*link));
    } else if (List* list = at.get<List>()) {
      for (Value& item : *list) stack.push_back(&item);
    } else if (Map* map = at.get<Map>()) {
      for (auto& [name, member] : *map) stack.push_back(&member);
    }
  }
}

/// The place in `from` that `path` leads to; null if there is none.
Value* find_place(Value& from, const List& path) {
  Value* at = &from;
  for (const Value& step : path) {
    if (const Integer* index = step.get<Integer>()) {
      List* list = at->get<List>();
      if (!list || index->negative || index->magnitude >= list->size()) return nullptr;
      at = &(*list)[static_cast<std::size_t>(index->magnitude)];
      continue;
    }
    const auto* name = step.get<std::string>();
    Map* map = at->get<Map>();
    if (!name || !map) return nullptr;
    const auto member = std::find_if(map->begin(), map->end(),
                                     [&](const auto& entry) { return entry.first == *name; });
    if (member == map->end()) return nullptr;
    at = &member->second;
  }
  return at;
}

Result<Value> read_bigint(const std::string& decimal) {
  const auto value = json::parse(decimal);
  const Integer* integer = value ? value->get<Integer>() : nullptr;
  if (!integer) return invalid("an integer of more than 64 bits: " + decimal.substr(0, 40));
  return Value(*integer);
}

/// A patch that stands for a value.
Result<Value> patched_value(const Value& patch) {
  if (const auto* decimal = patch.find<std::string>("bigint")) return read_bigint(*decimal);
  const auto* text = patch.find<std::string>("bytes");
  auto bytes = text ? multibase::decode("M" + *text) : std::nullopt;
  if (!bytes) return invalid("bytes that are no base64");
  return Value(std::move(*bytes));
}

NewFile read_file(const Value& file, const std::string& field, const std::string& name) {
  const Integer* blob = file.find<Integer>("blob");
  const auto* type = file.find<std::string>("type");
  const Integer* modified = file.find<Integer>("lastModified");
  return {field, name, blob ? static_cast<std::size_t>(blob->magnitude) : SIZE_MAX,
          type ? *type : std::string(),
          modified ? std::optional<Integer>(*modified) : std::nullopt};
}

Status apply_patch(const Value& patch, Value& docs, std::vector<NewDocument>& documents) {
  const List* path = patch.find<List>("path");
  Value* place = path ? find_place(docs, *path) : nullptr;
  if (!place) return invalid("a patch for a place that is not there");
  const Value* file = patch.find("file");
  if (!file) {
    FIREPROOF_TRY(*place, patched_value(patch));
    return {};
  }
  const auto* field = path->size() == 3 ? (*path)[1].get<std::string>() : nullptr;
  const auto* name = path->size() == 3 ? (*path)[2].get<std::string>() : nullptr;
  if (!field || !name) return invalid("an attachment in a place that has none");
  const auto document = static_cast<std::size_t>(path->front().get<Integer>()->magnitude);
  documents[document].files.push_back(read_file(*file, *field, *name));
  return {};
}

Status take_fields(Value& from, NewDocument& document) {
  Map* map = from.get<Map>();
  const auto* id = from.find<std::string>("_id");
  if (!map || !id) return invalid("a document without a text _id");
  document.id = *id;
  const bool* deleted = from.find<bool>("_deleted");
  document.deleted = deleted && *deleted;
  std::erase_if(*map, [](const auto& member) { return member.first == "_id"; });
  document.fields = std::move(*map);
  return {};
}

}  // namespace

Result<std::vector<NewDocument>> read_write_request(Value arguments) {
  Map* members = arguments.get<Map>();
  Value docs;
  if (members) {
    for (auto& [name, member] : *members) {
      if (name == "docs") docs = std::move(member);
    }
  }
  List* list = docs.get<List>();
  if (!list || list->empty()) return invalid("no documents to write");
  interpret(docs);
  std::vector<NewDocument> documents(list->size());
  if (const List* patches = arguments.find<List>("patches")) {
    for (const Value& patch : *patches) FIREPROOF_CHECK(apply_patch(patch, docs, documents));
  }
  for (std::size_t i = 0; i < list->size(); ++i)
    FIREPROOF_CHECK(take_fields((*list)[i], documents[i]));
  return documents;
}

}  // namespace fireproof
