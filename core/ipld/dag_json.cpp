#include "ipld/dag_json.hpp"

#include <algorithm>

#include "ipld/json.hpp"
#include "multiformats/multibase.hpp"

namespace fireproof::dag_json {
namespace {

constexpr std::string_view kReserved = "/";

Result<Value> decode_reserved(const Value& content) {
  if (const auto* text = content.get<std::string>()) {
    auto cid = Cid::parse(*text);
    if (!cid) return fail(ErrorCode::kInvalidArgument, "DAG-JSON: \"" + *text + "\" is no CID");
    return Value(std::move(*cid));
  }
  const Map* map = content.get<Map>();
  const auto* text = content.find<std::string>("bytes");
  if (map && map->size() == 1 && text) {
    auto bytes = multibase::decode_bare(Base::kBase64, *text);
    if (!bytes) return fail(ErrorCode::kInvalidArgument, "DAG-JSON: bytes are not base64");
    return Value(std::move(*bytes));
  }
  return fail(ErrorCode::kInvalidArgument, "DAG-JSON: the key \"/\" is reserved");
}

/// Turns the reserved maps below `value` into links and bytes. Depth is bounded by the JSON parser.
Status resolve(Value& value) {
  if (List* list = value.get<List>()) {
    for (Value& item : *list) FIREPROOF_CHECK(resolve(item));
  } else if (Map* map = value.get<Map>()) {
    if (map->size() == 1 && map->front().first == kReserved) {
      FIREPROOF_TRY(Value resolved, decode_reserved(map->front().second));
      value = std::move(resolved);
      return {};
    }
    for (auto& [key, member] : *map) FIREPROOF_CHECK(resolve(member));
  }
  return {};
}

void write(std::string& to, const Value& value);

struct Writer {
  std::string& to;

  void operator()(Null) const { to.append("null"); }
  void operator()(bool content) const { to.append(content ? "true" : "false"); }
  void operator()(Integer content) const { json::append_integer(to, content); }
  void operator()(double content) const {
    const std::size_t start = to.size();
    json::append_number(to, content);
    // A float stays one: 1.0, not 1.
    if (to.find_first_of(".e", start) == std::string::npos) to.append(".0");
  }
  void operator()(const std::string& content) const { json::append_text(to, content); }
  void operator()(const Bytes& content) const {
    to.append(R"({"/":{"bytes":")")
        .append(multibase::encode_bare(Base::kBase64, content))
        .append(R"("}})");
  }
  void operator()(const Cid& content) const {
    to.append(R"({"/":")").append(content.text()).append(R"("})");
  }
  void operator()(const List& content) const {
    to.push_back('[');
    for (const Value& item : content) {
      if (&item != &content.front()) to.push_back(',');
      write(to, item);
    }
    to.push_back(']');
  }
  void operator()(const Map& content) const {
    std::vector<const Map::value_type*> sorted;
    sorted.reserve(content.size());
    for (const auto& entry : content) sorted.push_back(&entry);
    std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->first < b->first; });
    to.push_back('{');
    for (const auto* entry : sorted) {
      if (entry != sorted.front()) to.push_back(',');
      json::append_text(to, entry->first);
      to.push_back(':');
      write(to, entry->second);
    }
    to.push_back('}');
  }
};

void write(std::string& to, const Value& value) { std::visit(Writer{to}, value.content()); }

}  // namespace

Result<Value> decode(std::string_view text) {
  FIREPROOF_TRY(Value value, json::parse(text));
  FIREPROOF_CHECK(resolve(value));
  return value;
}

std::string encode(const Value& value) {
  std::string text;
  write(text, value);
  return text;
}

}  // namespace fireproof::dag_json
