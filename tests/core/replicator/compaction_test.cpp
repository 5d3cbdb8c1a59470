// A compaction replaces the log by one CAR of what is needed, and takes nothing from anyone.
#include <set>

#include "support/catch.hpp"
#include "support/expectation.hpp"
#include "support/writing.hpp"

namespace fireproof::test {
namespace {

std::uint64_t number(const Value& answer, const char* member) {
  return answer.find<Integer>(member)->magnitude;
}

std::size_t stored_bytes(Storage& storage) {
  std::size_t bytes = 0;
  for (const auto& [car, content] : storage.tables["car"]) bytes += content.size();
  return bytes;
}

// Updates and deletions in several sealed CARs, and a tail.
void write_history(Written& database) {
  for (int round = 0; round < 4; ++round) {
    database.put_many("doc", 20);
    database.host.json("write", delete_of("doc" + std::to_string(round)));
    if (round < 3) database.seal();
  }
}

std::string at_clock(const std::vector<std::string>& clock, const std::string& more = {}) {
  return R"({"at":[")" + clock.front() + "\"]" + more + "}";
}

void connect(Written& database, Remote& remote) {
  const auto error = database.host.connect(remote);
  INFO((error ? error->message : std::string()));
  REQUIRE(!error);
}

}  // namespace

TEST_CASE("a compaction leaves one CAR that names no others, and says what it freed",
          "[compaction]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    write_history(database);
    const std::string documents = database.documents();
    const std::string changes = *database.host.call("changes");
    const std::vector<CarGroup> sealed = database.record().sealed;
    const std::size_t cars = database.storage.tables["car"].size();
    const std::size_t bytes = stored_bytes(database.storage);

    const Value answer = database.host.json("compact");
    CHECK(number(answer, "carsBefore") == cars);
    CHECK(number(answer, "carsAfter") == 1);
    CHECK(number(answer, "bytesBefore") == bytes);
    CHECK(number(answer, "bytesAfter") == stored_bytes(database.storage));
    CHECK(number(answer, "bytesAfter") < bytes / 2);

    for (const char* table : {"car", "blocks", "events"})
      CHECK(database.storage.tables[table].size() == 1);
    CHECK(database.record().tail.empty());
    REQUIRE(database.record().sealed.size() == 1);
    CHECK(database.record().archive == sealed);
    const OpenedCar compacted = database.open(database.record().sealed.front().front());
    CHECK(compacted.header->cars.empty());
    CHECK(compacted.header->compact.empty());
    CHECK(database.documents() == documents);
    CHECK(*database.host.call("changes") == changes);
    CHECK(database.documents_after_reopening() == documents);
  }
}

TEST_CASE("a log of one CAR is not compacted", "[compaction]") {
  Written database(kKinds[0]);
  const Value nothing = database.host.json("compact");
  CHECK(number(nothing, "carsAfter") == 0);
  database.put("first", 1);
  database.seal();
  const auto commits = database.host.commits;
  const Value answer = database.host.json("compact");
  CHECK(number(answer, "carsBefore") == 1);
  CHECK(number(answer, "carsAfter") == 1);
  CHECK(database.host.commits == commits);
}

TEST_CASE("an older state is made again after a compaction, but for values that are gone",
          "[compaction]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    database.put("kept", 1);
    const std::vector<std::string> clock = database.put("changed", 1);
    const std::vector<std::string> later = database.put("changed", 2);
    database.put("changed", 3);
    database.seal();
    database.put("newer", 1);
    database.compact();
    Host reopened(database.storage, options_of(kind));  // nothing is left in memory
    const Value kept = reopened.json("get", at_clock(clock, R"(,"id":"kept")"));
    CHECK(kept.find("doc")->find<Integer>("n")->magnitude == 1);
    const auto newer = reopened.call("get", at_clock(later, R"(,"id":"newer")"));
    REQUIRE(!newer);
    CHECK(newer.error().code == ErrorCode::kNotFound);
    const auto changed = reopened.call("get", at_clock(later, R"(,"id":"changed")"));
    REQUIRE(!changed);
    CHECK(changed.error().code == ErrorCode::kCorruptBlock);
    CHECK(changed.error().message.find("bafyrei") != std::string::npos);
  }
}

TEST_CASE("a write during a compaction is not lost", "[compaction]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    write_history(database);
    Host other(database.storage, options_of(kind, 2));
    other.json("ready");
    database.host.before_commit = [&, left = 2]() mutable {
      if (left-- > 0) other.json("write", put_of("late" + std::to_string(left), 1));
    };
    CHECK(number(database.host.json("compact"), "carsAfter") >= 1);
    database.host.before_commit = nullptr;
    database.host.run();
    for (const char* id : {"late0", "late1"})
      CHECK(database.host.call("get", arguments_with("id", id)));
    CHECK(database.documents_after_reopening() == database.documents());
  }
}

TEST_CASE("a device that forked before a compaction merges with it, both ways", "[compaction]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Remote common("demo", kind.format);
    Remote compacted("demo", kind.format);
    Remote forked("demo", kind.format);
    Written one(kind);
    write_history(one);
    publish(one, common);
    Written two(kind);
    connect(two, common);
    one.put("one", 1);
    one.put("doc7", 100);
    one.compact();
    two.put("two", 1);
    two.put("doc7", 200);
    publish(one, compacted);
    publish(two, forked);

    connect(one, forked);
    connect(two, compacted);
    CHECK(one.record().heads.size() == 2);
    CHECK(one.documents() == two.documents());
    for (const char* id : {"one", "two"}) CHECK(one.host.call("get", arguments_with("id", id)));
    CHECK(one.documents_after_reopening() == one.documents());
    CHECK(two.documents_after_reopening() == two.documents());
    // And once more over the merged head.
    one.compact();
    CHECK(one.record().heads.size() == 2);
    CHECK(one.documents() == two.documents());
    CHECK(one.documents_after_reopening() == two.documents());
  }
}

TEST_CASE("a log that has grown long is compacted by itself", "[compaction]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    EngineOptions options = options_of(kind);
    options.seal_after = 2;
    options.compact_after = 5;
    Written database(options);
    for (std::uint64_t n = 0; n < 60; ++n) {
      database.put("doc" + std::to_string(n % 7), n);
      CHECK(database.record().sealed.size() <= 6);
    }
    CHECK(!database.record().archive.empty());
    CHECK(database.host.json("allDocs").find<List>("rows")->size() == 7);
    CHECK(database.documents_after_reopening() == database.documents());
  }
}

}  // namespace fireproof::test
