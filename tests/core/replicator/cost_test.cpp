// What opening and reading cost does not grow with the database.
#include "support/catch.hpp"
#include "support/writer.hpp"

namespace fireproof::test {
namespace {

const SecretKey& key() {
  static const SecretKey one(Bytes(16, 7));
  return one;
}

EngineOptions options() {
  EngineOptions chosen;
  chosen.key = key().hex();
  chosen.entropy[0] = 3;
  return chosen;
}

// Ranges of CARs that were read from local storage: after opening, after one get, and after all documents.
struct Cost {
  std::uint64_t open = 0;
  std::uint64_t get = 0;
  std::uint64_t all = 0;
};

Cost cost_of(int documents, int batch) {
  Remote remote("demo", "0.24");
  write_database_24(remote, key(), documents, batch);
  Storage storage;
  {
    Host host(storage, options());
    const auto error = host.connect(remote);
    INFO((error ? error->message : std::string()));
    REQUIRE(!error);
    const int cars = (documents + batch - 1) / batch;
    CHECK(remote.requests == cars + 2);  // the meta, each CAR once, and the 304 of a second round
  }
  Cost cost;
  Host host(storage, options());
  host.json("ready");
  cost.open = host.engine().loader().ranges_read();
  const Value one = host.json("get", R"({"id":")" + document_id(documents / 3) + "\"}");
  CHECK(*one.find("doc")->find<std::string>("_id") == document_id(documents / 3));
  cost.get = host.engine().loader().ranges_read();
  CHECK(host.json("allDocs").find<List>("rows")->size() == static_cast<std::size_t>(documents));
  cost.all = host.engine().loader().ranges_read();
  return cost;
}

}  // namespace

TEST_CASE("opening a stored database of 10,000 documents loads no CAR, one get a bounded number",
          "[cost]") {
  const Cost small = cost_of(1000, 1000);
  const Cost large = cost_of(10'000, 1000);
  WARN("CAR ranges read at open/get/all: " << small.open << "/" << small.get << "/" << small.all
                                           << " for 1,000, " << large.open << "/" << large.get
                                           << "/" << large.all << " for 10,000");
  CHECK(small.open == 0);
  CHECK(large.open == 0);
  CHECK(small.get <= 3);
  CHECK(large.get <= 3);
  CHECK(large.all <= 10 + 3);
}

TEST_CASE("large CARs are read in ranges", "[cost]") {
  // One CAR of about 4 MB: a get must not read it whole.
  const Cost cost = cost_of(10'000, 10'000);
  WARN("CAR ranges read at open/get/all: " << cost.open << "/" << cost.get << "/" << cost.all);
  CHECK(cost.open == 0);
  CHECK(cost.get <= 12);  // a shard for each character of the key, at most
}

}  // namespace fireproof::test
