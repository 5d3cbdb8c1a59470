// Every database that the JavaScript package wrote gives the documents that the package itself reports.
#include <map>

#include "support/catch.hpp"
#include "support/expectation.hpp"

namespace fireproof::test {
namespace {

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

void check_documents(const Fixture& fixture, Host& host) {
  const Value all = with_patches(host.json("allDocs"));
  CHECK(texts(all, "clock") == texts(fixture.expected, "clock"));
  const List ours = row_values(all);
  const auto theirs = by_id(*fixture.expected.find<List>("docs"));
  CHECK(ours.size() == theirs.size());
  for (const Value& document : ours) {
    const auto expected = theirs.find(describe(document));
    const bool equal = expected != theirs.end() && same_json(document, *expected->second);
    INFO(describe(document));
    CHECK(equal);
  }
}

void check_deleted(const Fixture& fixture, Host& host) {
  for (const std::string& id : texts(fixture.expected, "deleted")) {
    const auto document = host.call("get", arguments_with("id", id));
    REQUIRE(!document);
    CHECK(document.error().code == ErrorCode::kNotFound);
  }
}

void check_car_log(const Fixture& fixture, Host& host) {
  const Value* expected = fixture.expected.find("cars");
  if (!expected) return;
  const Value ours = host.json("inspect");
  CHECK(same_json(*ours.find("cars"), *expected));
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
    CHECK(same_json(*row.find("value"), *live.at(key)));
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
