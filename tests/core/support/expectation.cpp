#include "support/expectation.hpp"

#include <algorithm>

#include "crypto/sha256.hpp"
#include "ipld/json.hpp"
#include "multiformats/multibase.hpp"

namespace fireproof::test {
namespace {

bool same(const Value& ours, const Value& theirs);

bool same_number(double ours, const Value& theirs) {
  if (const double* number = theirs.get<double>()) return ours == *number;
  const Integer* integer = theirs.get<Integer>();
  if (!integer) return false;
  const auto magnitude = static_cast<double>(integer->magnitude);
  return ours == (integer->negative ? -1 - magnitude : magnitude);
}

// A text that the expectation only describes.
bool same_long_text(const std::string& ours, const Value& description) {
  const std::string hash = multibase::encode_bare(Base::kBase16, sha256(as_bytes(ours)));
  return description.find("utf8_length")->get<Integer>()->magnitude == ours.size() &&
         *description.find<std::string>("sha256") == hash;
}

bool same_map(const Map& ours, const Value& theirs) {
  const Map* map = theirs.get<Map>();
  return map && map->size() == ours.size() &&
         std::all_of(ours.begin(), ours.end(), [&](const auto& entry) {
           const Value* other = theirs.find(entry.first);
           return other && same(entry.second, *other);
         });
}

// Equal as JSON: members in any order, 1 and 1.0 alike.
bool same(const Value& ours, const Value& theirs) {
  if (const auto* text = ours.get<std::string>()) {
    if (const Value* description = theirs.find("$longstring"))
      return same_long_text(*text, *description);
  }
  if (const Map* map = ours.get<Map>()) return same_map(*map, theirs);
  if (const double* number = ours.get<double>()) return same_number(*number, theirs);
  if (const List* list = ours.get<List>()) {
    const List* other = theirs.get<List>();
    return other && std::equal(list->begin(), list->end(), other->begin(), other->end(), same);
  }
  if (const Integer* integer = ours.get<Integer>(); integer && theirs.get<double>()) {
    const auto magnitude = static_cast<double>(integer->magnitude);
    return same_number(integer->negative ? -1 - magnitude : magnitude, theirs);
  }
  return ours == theirs;
}

}  // namespace

bool same_json(const Value& ours, const Value& theirs) { return same(ours, theirs); }

EngineOptions options_for(const Fixture& fixture) {
  EngineOptions options;
  options.format = fixture.format;
  options.is_public = fixture.is_public();
  options.key = fixture.key;
  options.entropy[0] = 7;
  return options;
}

const Value* expected_document(const Fixture& fixture, const std::string& id) {
  for (const Value& document : *fixture.expected.find<List>("docs")) {
    if (*document.find<std::string>("_id") == id) return &document;
  }
  return nullptr;
}

List row_values(const Value& answer) {
  List values;
  for (const Value& row : *answer.find<List>("rows")) values.push_back(*row.find("value"));
  return values;
}

std::string arguments_with(std::string_view member, std::string_view text) {
  std::string arguments = "{\"" + std::string(member) + "\":";
  json::append_text(arguments, text);
  return arguments + "}";
}

}  // namespace fireproof::test
