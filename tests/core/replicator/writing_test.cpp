// What a write answers, in which order things become known, and what happens when it fails.
#include <set>

#include "ipld/json.hpp"
#include "support/catch.hpp"
#include "support/expectation.hpp"
#include "support/writer.hpp"
#include "support/writing.hpp"

namespace fireproof::test {
namespace {

std::string arguments_with_docs(const std::string& docs) { return R"({"docs":[)" + docs + "]}"; }

Value parsed(const command::Answer* answer) {
  REQUIRE(answer);
  INFO((answer->json ? std::string() : answer->json.error().message));
  REQUIRE(answer->json);
  return *json::parse(*answer->json);
}

// The clocks of the "change" news, in their order; each has to go on where the one before ended.
std::vector<std::vector<std::string>> changes(const Host& host) {
  std::vector<std::vector<std::string>> clocks;
  for (const command::Notify& news : host.news) {
    if (news.type != "change") continue;
    CHECK(news.connection == 0);
    const Value detail = *json::parse(news.json);
    CHECK(texts(detail, "previous") ==
          (clocks.empty() ? std::vector<std::string>() : clocks.back()));
    clocks.push_back(texts(detail, "clock"));
  }
  return clocks;
}

struct Snapshot {
  explicit Snapshot(const Storage& storage)
      : version(storage.version), record(storage.record), tables(storage.tables) {}
  friend bool operator==(const Snapshot&, const Snapshot&) = default;

  std::uint64_t version;
  std::optional<Bytes> record;
  std::map<std::string, std::map<std::string, Bytes>> tables;
};

}  // namespace

TEST_CASE("a write answers the ids in their order, and the clock after it", "[writing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    const Value answer = database.host.json(
        "write",
        arguments_with_docs(R"({"_id":"z"},{"_id":"a","n":1},{"_id":"m","_deleted":true})"));
    CHECK(texts(answer, "ids") == std::vector<std::string>{"z", "a", "m"});
    CHECK(texts(answer, "clock") == texts(database.host.json("inspect"), "clock"));
    CHECK(texts(answer, "clock").size() == 1);
    const Value all = database.host.json("allDocs");
    CHECK(row_values(all).size() == 2);
    CHECK(database.put("a", 2) != texts(answer, "clock"));
  }
}

TEST_CASE("the last of several versions of a document in one bulk holds", "[writing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    database.host.json("write", arguments_with_docs(R"({"_id":"a","n":1},{"_id":"a","n":2})"));
    const Value got = database.host.json("get", arguments_with("id", "a"));
    CHECK(got.find("doc")->find<Integer>("n")->magnitude == 2);
  }
}

TEST_CASE("a change is told once for each write, before its answer", "[writing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    std::vector<std::vector<std::string>> clocks;
    for (std::uint64_t n = 0; n < 5; ++n) {
      clocks.push_back(database.put("doc", n));
      CHECK(changes(database.host) == clocks);
    }
    database.seal();
    database.compact();
    CHECK(changes(database.host) == clocks);  // those change nothing that anybody could see
  }
}

TEST_CASE("writes that come together are one transaction, and a commit and a change each",
          "[writing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    database.put("first", 0);
    const auto commits = database.host.commits;
    const std::size_t tail = database.record().tail.size();
    std::vector<CallId> calls;
    for (std::uint64_t n = 0; n < 20; ++n)
      calls.push_back(database.host.begin("write", put_of("doc" + std::to_string(n), n)));
    database.host.run();
    // The first goes alone, the others while it is under way.
    CHECK(database.host.commits <= commits + 2);
    CHECK(database.record().tail.size() == tail + 20);
    std::vector<std::vector<std::string>> answered;
    for (const CallId call : calls)
      answered.push_back(texts(parsed(database.host.answer(call)), "clock"));
    auto told = changes(database.host);
    told.erase(told.begin());
    CHECK(told == answered);
    CHECK(std::set(answered.begin(), answered.end()).size() == 20);
    CHECK(row_values(database.host.json("allDocs")).size() == 21);
  }
}

TEST_CASE("a refused document refuses its whole write and changes nothing", "[writing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    database.put("first", 0);
    const Snapshot before(database.storage);
    const std::string id = std::string(kind.format) == "0.24" ? "\xC3\xBC" : "";
    const auto refused =
        database.host.call("write", arguments_with_docs(R"({"_id":"good"},{"_id":")" + id + "\"}"));
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::kInvalidDocument);
    CHECK(Snapshot(database.storage) == before);
    CHECK(row_values(database.host.json("allDocs")).size() == 1);
    CHECK(changes(database.host).size() == 1);
    database.put("second", 0);
    CHECK(row_values(database.host.json("allDocs")).size() == 2);
  }
}

TEST_CASE("a write in between that is refused does not hold up the others", "[writing]") {
  Written database(kKinds[0]);
  const CallId first = database.host.begin("write", put_of("first", 1));
  const CallId refused = database.host.begin("write", put_of("", 1));
  const CallId last = database.host.begin("write", put_of("last", 1));
  database.host.run();
  CHECK(database.host.answer(first)->json);
  CHECK(!database.host.answer(refused)->json);
  CHECK(database.host.answer(last)->json);
  CHECK(row_values(database.host.json("allDocs")).size() == 2);
}

TEST_CASE("a full disk is quota-exceeded, leaves all as it was, and later writes work",
          "[writing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    for (const bool is_empty : {true, false}) {
      const std::string documents = database.documents();
      const Snapshot before(database.storage);
      database.host.commit_error = Error{ErrorCode::kQuotaExceeded, "no room"};
      const CallId one = database.host.begin("write", put_of("one", 1));
      const CallId two = database.host.begin("write", put_of("two", 2));
      database.host.run();
      for (const CallId call : {one, two}) {
        REQUIRE(database.host.answer(call));
        REQUIRE(!database.host.answer(call)->json);
        CHECK(database.host.answer(call)->json.error().code == ErrorCode::kQuotaExceeded);
      }
      if (!is_empty) {
        for (const char* method : {"replica", "compact"}) {
          const auto failed = database.host.call(method);
          REQUIRE(!failed);
          CHECK(failed.error().code == ErrorCode::kQuotaExceeded);
        }
      }
      CHECK(Snapshot(database.storage) == before);
      CHECK(database.documents() == documents);
      database.host.commit_error.reset();
      database.put("room again", 1);
      database.put("and more", 1);
      CHECK(row_values(database.host.json("allDocs")).size() == 2);
      CHECK(database.documents_after_reopening() == database.documents());
    }
    database.seal();
    database.put("later", 1);
    database.compact();
    CHECK(database.documents_after_reopening() == database.documents());
  }
}

TEST_CASE("writing the same again makes an event in 0.14 and none in 0.24", "[writing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    const auto clock = database.put("same", 1);
    const std::size_t tail = database.record().tail.size();
    const bool is_new = database.put("same", 1) != clock;
    CHECK(is_new == (std::string(kind.format) == "0.14"));
    CHECK(database.record().tail.size() == tail + 1);
    CHECK(changes(database.host).size() == (is_new ? 2 : 1));
    CHECK(database.documents_after_reopening() == database.documents());
  }
}

TEST_CASE("a database that is closed in the middle of writes has the acknowledged ones",
          "[writing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Storage storage;
    std::set<std::string> acknowledged;
    Random random(4);
    {
      Host host(storage, options_of(kind));
      host.hold();
      std::vector<CallId> calls;
      for (std::uint64_t n = 0; n < 30; ++n) {
        calls.push_back(host.begin("write", put_of("doc" + std::to_string(n), n)));
        host.step(random);
      }
      for (std::size_t n = 0; n < calls.size(); ++n) {
        if (host.answer(calls[n])) acknowledged.insert("doc" + std::to_string(n));
      }
    }  // the engine goes, with commands and answers under way
    CHECK(!acknowledged.empty());
    CHECK(acknowledged.size() < 30);
    Host reopened(storage, options_of(kind));
    for (const std::string& id : acknowledged)
      CHECK(reopened.call("get", arguments_with("id", id)));
  }
}

}  // namespace fireproof::test
