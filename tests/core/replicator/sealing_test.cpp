// How the small CARs of a tail become one that may leave the origin.
#include <algorithm>
#include <set>

#include "crypto/sha256.hpp"
#include "documents/document_json.hpp"
#include "support/catch.hpp"
#include "support/expectation.hpp"
#include "support/writing.hpp"

namespace fireproof::test {
namespace {

std::set<std::string> names(const std::vector<OpenedBlock>& blocks) {
  std::set<std::string> found;
  for (const OpenedBlock& block : blocks) found.insert(block.cid.text());
  return found;
}

std::vector<std::string> rows(Storage& storage, const std::string& table) {
  std::vector<std::string> keys;
  for (const auto& [key, bytes] : storage.tables[table]) keys.push_back(key);
  return keys;
}

// Commits of two engines on one store that meet as a fork: the head has two events. Gives the last one before it.
HeadEvent fork(Written& database, const EngineOptions& options) {
  Host other(database.storage, options);
  HeadEvent before;
  int races = 0;
  database.host.before_commit = [&] {
    if (++races > 8) return;
    before = LocalRecord::decode(*database.storage.record)->heads.front();
    other.json("write", put_of("other", static_cast<std::uint64_t>(races)));
  };
  database.put("ours", 1);
  database.host.before_commit = nullptr;
  REQUIRE(database.record().heads.size() == 2);
  return before;
}

}  // namespace

TEST_CASE("a tail becomes one CAR with the blocks of its commits and their head", "[sealing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    database.put_many("doc", 10);
    const std::string documents = database.documents();
    std::set<std::string> blocks;
    const std::vector<TailCommit> tail = database.record().tail;
    CHECK(tail.size() == (std::string(kind.format) == "0.24" ? 11 : 10));  // genesis is a commit
    for (const TailCommit& commit : tail) {
      OpenedCar opened = database.open(commit.car);
      std::erase_if(opened.blocks, [&](const auto& b) { return b.cid == opened.roots.front(); });
      blocks.merge(names(opened.blocks));
    }
    const std::vector<std::string> cars = database.seal();
    REQUIRE(cars.size() == 1);
    CHECK(database.record().tail.empty());
    OpenedCar sealed = database.open(*Cid::parse(cars[0]));
    REQUIRE(sealed.header);
    CHECK(sealed.header->cars.empty());
    CHECK(sealed.header->compact.empty());
    CHECK(sealed.header->head == events_of(database.record().heads));
    std::erase_if(sealed.blocks, [&](const auto& b) { return b.cid == sealed.roots.front(); });
    // All but the empty shard that a tree begins with, which nothing leads to.
    blocks.erase(
        cid_of(codec::kDagCbor, database.host.engine().database().format().shards().encode({}))
            .text());
    CHECK(names(sealed.blocks) == blocks);
    for (const char* table : {"car", "blocks", "events"})
      CHECK(rows(database.storage, table) == cars);
    CHECK(database.documents() == documents);
    CHECK(database.documents_after_reopening() == documents);
  }
}

TEST_CASE("the genesis CAR is sealed with the first commit, never alone", "[sealing]") {
  Written database(kKinds[0]);
  CHECK(database.seal().empty());  // nothing is written: there is nothing to send
  database.put("first", 1);
  const Cid genesis = database.record().tail.front().car;
  const std::vector<std::string> cars = database.seal();
  REQUIRE(cars.size() == 1);
  CHECK(cars[0] != genesis.text());
  CHECK(!database.storage.tables["car"].contains(genesis.text()));
}

TEST_CASE("every sealed CAR lists those before it, and no tail CAR", "[sealing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    std::vector<std::string> before;
    for (int round = 0; round < 4; ++round) {
      database.put_many("round" + std::to_string(round) + "-", 3);
      const std::vector<std::string> cars = database.seal();
      REQUIRE(cars.size() == before.size() + 1);
      CHECK(std::vector(cars.begin() + 1, cars.end()) == before);
      std::vector<std::string> listed;
      const OpenedCar newest = database.open(*Cid::parse(cars[0]));
      for (const CarGroup& group : newest.header->cars) listed.push_back(group.front().text());
      CHECK(listed == before);
      before = cars;
    }
  }
}

TEST_CASE("a single commit on top of what is sealed is taken as it is", "[sealing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    database.put_many("doc", 3);
    database.seal();
    database.put("more", 1);
    const Cid commit = database.record().tail.front().car;
    const Bytes bytes = database.stored(commit);
    const auto rows_written = database.host.rows_written;
    const std::vector<std::string> cars = database.seal();
    CHECK(cars.size() == 2);
    CHECK(cars[0] == commit.text());
    CHECK(database.stored(commit) == bytes);
    CHECK(database.host.rows_written == rows_written);
    CHECK(database.seal() == cars);  // and nothing more happens
  }
}

TEST_CASE("a commit that races with a seal stays, and gets its header at its own seal",
          "[sealing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    database.put_many("doc", 3);
    Host other(database.storage, options_of(kind, 2));
    other.json("ready");
    database.host.before_commit = [&, done = false]() mutable {
      if (!std::exchange(done, true)) other.json("write", put_of("late", 1));
    };
    const CallId seal = database.host.begin("replica");
    database.host.run();
    REQUIRE(database.host.answer(seal));
    database.host.before_commit = nullptr;
    REQUIRE(database.record().sealed.size() == 1);
    REQUIRE(database.record().tail.size() == 1);
    const Cid late = database.record().tail.front().car;
    const Cid first = database.record().sealed.front().front();
    const OpenedCar sealed = database.open(first);
    CHECK(sealed.header->head != events_of(database.record().heads));
    const std::vector<std::string> cars = database.seal();
    REQUIRE(cars.size() == 2);
    CHECK(cars[0] != late.text());  // its header lists CARs that are gone
    CHECK(database.open(*Cid::parse(cars[0])).header->cars == std::vector<CarGroup>{{first}});
    CHECK(database.host.json("allDocs").find<List>("rows")->size() == 4);
  }
}

TEST_CASE("a seal leaves out shards that only its own commits name", "[sealing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    database.put_many("early", 70);  // beyond what two devices may have written alike
    database.seal();
    database.put_many("late", 100);
    const std::vector<TailCommit> tail = database.record().tail;
    const std::string documents = database.documents();
    const std::vector<std::string> cars = database.seal();
    const OpenedCar sealed = database.open(*Cid::parse(cars[0]));
    const std::set<std::string> blocks = names(sealed.blocks);
    for (std::size_t i = 0; i < tail.size(); ++i) {
      const HeadEvent& head = tail[i].heads.front();
      CHECK(blocks.contains(head.event.text()));
      CHECK(blocks.contains(head.root.text()) == (i + 1 == tail.size()));
    }
    const auto values = std::count_if(
        sealed.blocks.begin(), sealed.blocks.end(),
        [](const OpenedBlock& block) { return read_document(block.data, false).has_value(); });
    CHECK(values == 100);
    CHECK(database.documents() == documents);
    CHECK(database.documents_after_reopening() == documents);
    // A state in between is made again from the events.
    const std::string at = R"({"at":[")" + tail[49].heads.front().event.text() + "\"]}";
    CHECK(database.host.json("allDocs", at).find<List>("rows")->size() == 120);
    const auto bytes = database.stored(*Cid::parse(cars[0])).size();
    CHECK(bytes < 100 * 1000);
  }
}

TEST_CASE("the first 64 commits of a history keep their roots", "[sealing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    database.put_many("doc", 100);
    const std::vector<TailCommit> tail = database.record().tail;
    const std::vector<std::string> cars = database.seal();
    const std::set<std::string> blocks = names(database.open(*Cid::parse(cars[0])).blocks);
    for (std::size_t i = 0; i < tail.size(); ++i) {
      INFO("commit " << i);
      const bool is_kept = i < 64 || i + 1 == tail.size();
      CHECK(blocks.contains(tail[i].heads.front().root.text()) == is_kept);
    }
  }
}

TEST_CASE("for a head of several events the roots of all and of their ancestor stay", "[sealing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    database.put_many("early", 70);
    database.seal();
    const HeadEvent ancestor = fork(database, options_of(kind, 2));
    const std::vector<HeadEvent> heads = database.record().heads;
    const std::string documents = database.documents();
    const std::vector<std::string> cars = database.seal();
    std::set<std::string> blocks;
    for (const std::string& car : cars) blocks.merge(names(database.open(*Cid::parse(car)).blocks));
    for (const HeadEvent& head : heads) CHECK(blocks.contains(head.root.text()));
    CHECK(blocks.contains(ancestor.root.text()));
    CHECK(database.documents() == documents);
    CHECK(database.documents_after_reopening() == documents);
  }
}

TEST_CASE("a sealed 0.14 bulk does not carry a version of the shards for each document",
          "[sealing]") {
  for (const Kind& kind : {kKinds[2], kKinds[3]}) {
    INFO(name_of(kind));
    Written database(kind);
    database.host.json("write", bulk_of(0, 1000));
    database.put("more", 1);
    const std::string documents = database.documents();
    const std::vector<std::string> cars = database.seal();
    REQUIRE(cars.size() == 1);
    CHECK(database.stored(*Cid::parse(cars[0])).size() < 1'500'000);
    CHECK(database.documents_after_reopening() == documents);
  }
}

TEST_CASE("a long tail seals itself", "[sealing]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    EngineOptions options = options_of(kind);
    options.seal_after = 5;
    Written database(options);
    database.put_many("doc", 23);
    CHECK(database.record().tail.size() < 5);
    CHECK(database.record().sealed.size() >= 4);
    CHECK(database.host.json("allDocs").find<List>("rows")->size() == 23);
  }
}

}  // namespace fireproof::test
