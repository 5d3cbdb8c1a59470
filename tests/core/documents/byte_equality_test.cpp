// What the package wrote, written again: the same operations have to give the same CARs, byte for byte.
#include <algorithm>
#include <map>

#include "support/catch.hpp"
#include "support/expectation.hpp"
#include "support/files.hpp"
#include "support/rewriting.hpp"

namespace fireproof::test {
namespace {

struct Scenario {
  const char* fixture;
  std::size_t commits;  // genesis included
};

// Databases made by one writer.
constexpr Scenario kWrittenAgain[] = {
    {"0.14/a-basic-encrypted", 3},
    {"0.14/b-public", 7},
    {"0.14/c-updates-deletes", 11},
    {"0.14/c2-updates-deletes-public", 11},
    {"0.14/d-fork/0-base", 5},
    {"0.14/d-fork/1-writer-a", 11},
    {"0.14/d-fork/2-writer-b", 10},
    {"0.14/d2-fork-public/0-base", 5},
    {"0.14/d2-fork-public/1-writer-a", 11},
    {"0.14/d2-fork-public/2-writer-b", 10},
    {"0.14/e2-200-docs-uncompacted", 8},
    {"0.14/g-types", 14},
    {"0.14/g2-types-public", 14},
    {"0.14/h-files", 4},
    {"0.14/h2-files-public-db", 5},
    {"0.14/j-local-index", 4},
    {"0.14/j2-local-index-public", 4},
    {"0.24/a-three-docs", 4},
    {"0.24/b-insecure", 4},
    {"0.24/c-updates-deletes", 13},
    {"0.24/d-fork/A", 10},
    {"0.24/d-fork/B", 10},
    {"0.24/d-fork/base", 5},
    {"0.24/e-1000-bulk", 2},
    {"0.24/h-files", 5},
    {"0.24/i-keys-bulk", 3},
    {"0.24/i-keys-puts", 47},
    {"0.24/k-index", 2},
};

struct LeftOut {
  const char* fixture;
  const char* reason;
};

constexpr LeftOut kLeftOut[] = {
    {"0.14/d-fork/3-merged", "several writers"},
    {"0.14/d-fork/4-write-after-merge", "several writers"},
    {"0.14/d2-fork-public/3-merged", "several writers"},
    {"0.14/d2-fork-public/4-write-after-merge", "several writers"},
    {"0.14/e-1000-docs", "a compaction took the commits"},
    {"0.14/f-compacted/0-right-after", "a compaction took the commits"},
    {"0.14/f-compacted/1-one-more-write", "a compaction took the commits"},
    {"0.14/f-compacted/2-second-compaction", "a compaction took the commits"},
    {"0.14/f2-auto-compaction", "a compaction took the commits"},
    {"0.14/i-long-keys", "the package loses ids of 64 units; see below"},
    {"0.14/i2-long-keys-public", "the package loses ids of 64 units; see below"},
    {"0.14/i3-small-shards-public", "written with another limit of shards"},
    {"0.14/i4-real-512k-split-public", "a compaction took the commits"},
    {"0.24/d-fork/merged-2heads", "several writers"},
    {"0.24/d-fork/merged-then-write", "several writers"},
    {"0.24/d-fork/side-by-side", "several writers"},
    {"0.24/e-1000-puts", "automatic compactions took the commits"},
    {"0.24/f-compacted", "a compaction took the commits"},
    {"0.24/f-compacted-then-writes", "a compaction took the commits"},
    {"0.24/g-types", "its last document carries _deleted; see below"},
    {"0.24/j-multicar", "a commit of two CARs; see below"},
    {"0.24/m-random-merge-11", "several writers"},
    {"0.24/m-random-merge-11-side-by-side", "several writers"},
    {"0.24/m-random-merge-12345", "several writers"},
    {"0.24/m-random-merge-12345-side-by-side", "several writers"},
    {"0.24/m-random-merge-7", "several writers"},
    {"0.24/m-random-merge-7-side-by-side", "several writers"},
    {"0.24/m-random-merge-99", "several writers"},
    {"0.24/m-random-merge-99-side-by-side", "several writers"},
    {"0.24/n-compaction-race", "automatic compactions took the commits"},
    {"0.24/o-parallel-puts", "puts in parallel: their order is chance"},
};

EngineOptions never_sealing(const Fixture& fixture) {
  EngineOptions options = options_for(fixture);
  options.seal_after = SIZE_MAX;
  return options;
}

// A fixture's operations, performed again from nothing.
struct Rewritten {
  explicit Rewritten(const std::string& name)
      : fixture(test::fixture(name)),
        opened(fixture),
        commits(recorded_commits(opened)),
        host(storage, never_sealing(fixture)) {
    for (const RecordedCommit& commit : commits) {
      const bool is_genesis = commit.arguments.find(kGenesisKey) != std::string::npos;
      if (!is_genesis) host.json("write", commit.arguments);  // genesis comes with the first write
    }
  }

  [[nodiscard]] const std::vector<TailCommit>& tail() { return host.engine().record().tail; }
  [[nodiscard]] const Bytes& stored(const Cid& car) { return storage.tables["car"][car.text()]; }
  [[nodiscard]] OpenedCar open(const Cid& car) {
    auto ours = opened.format.open(car, stored(car), opened.keys, CarKind::kData);
    if (!ours) throw std::runtime_error(ours.error().message);
    return std::move(*ours);
  }

  const Fixture& fixture;
  OpenedFixture opened;
  std::vector<RecordedCommit> commits;
  Storage storage;
  Host host;
};

using Contents = std::vector<std::pair<Cid, Bytes>>;

// The blocks of a CAR in their order, without its header, which names other CARs.
Contents contents(const OpenedCar& car) {
  Contents blocks;
  for (const OpenedBlock& block : car.blocks) {
    if (block.cid != car.roots.front()) blocks.emplace_back(block.cid, copy_of(block.data));
  }
  return blocks;
}

// 0.24 orders the shards of a replay by when they were made, we by their places in the tree.
Contents sorted(Contents blocks) {
  std::sort(blocks.begin(), blocks.end(),
            [](const auto& a, const auto& b) { return CidByteOrder()(a.first, b.first); });
  return blocks;
}

// IVs are random in encrypted 0.14: names of CARs, and headers that list them, cannot be the same.
bool has_random_bytes(const Fixture& fixture) {
  return fixture.format == "0.14" && !fixture.is_public();
}

bool is_same_commit(Rewritten& ours, std::size_t number) {
  const RecordedCommit& theirs = ours.commits[number];
  const Cid& car = ours.tail()[number].car;
  if (has_random_bytes(ours.fixture)) return contents(ours.open(car)) == contents(*theirs.opened);
  return car == theirs.car->name && ours.stored(car) == read_file(theirs.car->path);
}

}  // namespace

TEST_CASE("a database of one writer is written again byte for byte", "[byte-equality]") {
  for (const auto& [name, commits] : kWrittenAgain) {
    INFO(name);
    Rewritten ours(name);
    CHECK(ours.commits.size() == commits);
    REQUIRE(ours.tail().size() == commits);
    for (std::size_t i = 0; i < commits; ++i) {
      INFO("commit " << i);
      CHECK(is_same_commit(ours, i));
    }
  }
}

TEST_CASE("every fixture is written again or left out by name", "[byte-equality]") {
  std::map<std::string, int> named;
  for (const Scenario& scenario : kWrittenAgain) ++named[scenario.fixture];
  for (const LeftOut& left_out : kLeftOut) ++named[left_out.fixture];
  CHECK(named.size() == fixtures().size());
  for (const Fixture& fixture : fixtures()) {
    INFO(fixture.name);
    CHECK(named[fixture.name] == 1);
  }
}

TEST_CASE("the genesis CAR is the one that every 0.24 database has", "[byte-equality]") {
  Storage storage;
  EngineOptions options;
  options.is_public = true;
  Host host(storage, options);
  host.json("write", R"({"docs":[{"_id":"first"}]})");
  const std::vector<TailCommit>& tail = host.engine().record().tail;
  REQUIRE(tail.size() == 2);
  CHECK(tail[0].car.text() == "baembeig2is4vdgz4gyiadfh5uutxxeiuqtacnesnytrnilpwcu7q5m5tmu");
  CHECK(storage.tables["car"][tail[0].car.text()].size() == 788);
}

TEST_CASE("a document that carries _deleted is written as a tombstone", "[byte-equality]") {
  // The package's bulk() stores it as a document; in all else the commits are the same.
  Rewritten ours("0.24/g-types");
  REQUIRE(ours.tail().size() == ours.commits.size());
  const std::size_t last = ours.commits.size() - 1;
  for (std::size_t i = 0; i < last; ++i) CHECK(is_same_commit(ours, i));
  const Contents written = contents(ours.open(ours.tail()[last].car));
  const Contents theirs = contents(*ours.commits[last].opened);
  REQUIRE(written.size() == theirs.size());
  CHECK(written[0].first == tombstone_block().cid);
  CHECK(written[0].first != theirs[0].first);
}

TEST_CASE("ids of 64 units are kept where the package loses them", "[byte-equality]") {
  for (const char* name : {"0.14/i-long-keys", "0.14/i2-long-keys-public"}) {
    INFO(name);
    Rewritten ours(name);
    REQUIRE(ours.tail().size() == 39);
    CHECK(ours.host.json("allDocs").find<List>("rows")->size() == 39);
    CHECK(ours.fixture.expected.find<List>("docs")->size() == 36);
  }
}

TEST_CASE("a bulk that the package writes as two CARs is one of the same event",
          "[byte-equality]") {
  Rewritten ours("0.24/j-multicar");
  REQUIRE(ours.tail().size() == ours.commits.size());
  for (std::size_t i = 0; i < ours.commits.size(); ++i)
    CHECK(events_of(ours.tail()[i].heads) == ours.commits[i].opened->header->head);
  const auto all = ours.host.json("allDocs");
  CHECK(all.find<List>("rows")->size() == ours.fixture.expected.find<List>("docs")->size());
}

TEST_CASE("a write after a merge has the blocks that the package's has", "[byte-equality]") {
  struct Merge {
    const char* before;  // its remote holds both heads
    const char* after;
  };
  for (const auto& [before, after] :
       {Merge{"0.24/d-fork/side-by-side", "0.24/d-fork/merged-then-write"},
        Merge{"0.14/d-fork/3-merged", "0.14/d-fork/4-write-after-merge"},
        Merge{"0.14/d2-fork-public/3-merged", "0.14/d2-fork-public/4-write-after-merge"}}) {
    INFO(after);
    const Fixture& fixture = test::fixture(before);
    Remote remote(fixture.database, fixture.format);
    remote.serve(fixture.folder);
    Storage storage;
    Host host(storage, never_sealing(fixture));
    REQUIRE(!host.connect(remote));
    REQUIRE(host.engine().record().heads.size() == 2);
    OpenedFixture written(test::fixture(after));
    const std::vector<RecordedCommit> commits = recorded_commits(written);
    const auto merge = std::find_if(commits.rbegin(), commits.rend(),
                                    [](const auto& commit) { return commit.arguments.empty(); });
    for (auto commit = merge.base(); commit != commits.end(); ++commit) {
      host.json("write", commit->arguments);
      const TailCommit& ours = host.engine().record().tail.back();
      CHECK(events_of(ours.heads) == commit->opened->header->head);
      const auto opened = written.format.open(ours.car, storage.tables["car"][ours.car.text()],
                                              written.keys, CarKind::kData);
      REQUIRE(opened);
      CHECK(sorted(contents(*opened)) == sorted(contents(*commit->opened)));
    }
    CHECK(!host.engine().record().tail.empty());
  }
}

}  // namespace fireproof::test
