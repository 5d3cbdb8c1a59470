// Every database that the JavaScript package wrote gives the documents that the package itself reports.
#include <algorithm>
#include <cmath>
#include <map>

#include "crypto/sha256.hpp"
#include "ipld/json.hpp"
#include "multiformats/multibase.hpp"
#include "support/catch.hpp"
#include "support/fixtures.hpp"
#include "support/host.hpp"

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
  return map && map->size() == ours.size() && std::all_of(ours.begin(), ours.end(), [&](const auto& entry) {
           const Value* other = theirs.find(entry.first);
           return other && same(entry.second, *other);
         });
}

// Equal as JSON: members in any order, 1 and 1.0 alike.
bool same(const Value& ours, const Value& theirs) {
  if (const auto* text = ours.get<std::string>()) {
    if (const Value* description = theirs.find("$longstring")) return same_long_text(*text, *description);
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

// The part of a document that tells what it is, for messages.
std::string describe(const Value& document) {
  const auto* id = document.find<std::string>("_id");
  return id ? *id : std::string("(no _id)");
}

std::map<std::string, const Value*> by_id(const List& documents) {
  std::map<std::string, const Value*> map;
  for (const Value& document : documents) map.emplace(describe(document), &document);
  return map;
}

List values_of(const Value& answer) {
  List values;
  for (const Value& row : *answer.find<List>("rows")) values.push_back(*row.find("value"));
  return values;
}

EngineOptions options_for(const Fixture& fixture) {
  EngineOptions options;
  options.format = fixture.format;
  options.is_public = fixture.is_public();
  options.key = fixture.key;
  options.seed = 7;
  return options;
}

void check_documents(const Fixture& fixture, Host& host) {
  const Value all = with_patches(host.json("allDocs"));
  CHECK(texts(all, "clock") == texts(fixture.expected, "clock"));
  const List ours = values_of(all);
  const auto theirs = by_id(*fixture.expected.find<List>("docs"));
  CHECK(ours.size() == theirs.size());
  for (const Value& document : ours) {
    const auto expected = theirs.find(describe(document));
    const bool equal = expected != theirs.end() && same(document, *expected->second);
    INFO(describe(document));
    CHECK(equal);
  }
}

void check_deleted(const Fixture& fixture, Host& host) {
  for (const std::string& id : texts(fixture.expected, "deleted")) {
    std::string arguments = R"({"id":)";
    json::append_text(arguments, id);
    const auto document = host.call("get", arguments + "}");
    REQUIRE(!document);
    CHECK(document.error().code == ErrorCode::kNotFound);
  }
}

void check_car_log(const Fixture& fixture, Host& host) {
  const Value* expected = fixture.expected.find("cars");
  if (!expected) return;
  const Value ours = host.json("inspect");
  CHECK(same(*ours.find("cars"), *expected));
}

// The rows of changes() are the merged truth: live ones as in allDocs, the others deleted.
void check_changes(const Fixture& fixture, Host& host) {
  const Value changes = with_patches(host.json("changes"));
  const auto live = by_id(*fixture.expected.find<List>("docs"));
  std::size_t live_rows = 0;
  for (const Value& row : *changes.find<List>("rows")) {
    const std::string key = *row.find<std::string>("key");
    const bool deleted = row.find("deleted") != nullptr;
    CAPTURE(key);
    CHECK(deleted == !live.contains(key));
    if (deleted) continue;
    ++live_rows;
    CHECK(same(*row.find("value"), *live.at(key)));
  }
  CHECK(live_rows == live.size());
}

}  // namespace

TEST_CASE("every fixture is pulled and read as the package reads it", "[fixtures]") {
  for (const Fixture& fixture : fixtures()) {
    INFO(fixture.name);
    Storage storage;
    Remote remote(fixture.database, fixture.format);
    remote.serve(fixture.folder);
    {
      Host host(storage, options_for(fixture));
      const auto error = host.connect(remote);
      INFO((error ? error->message : std::string()));
      REQUIRE(!error);
      check_documents(fixture, host);
      check_deleted(fixture, host);
      check_car_log(fixture, host);
      check_changes(fixture, host);
    }
    // And again from local storage alone.
    Host reopened(storage, options_for(fixture));
    check_documents(fixture, reopened);
    check_deleted(fixture, reopened);
    check_changes(fixture, reopened);
  }
}

}  // namespace fireproof::test
