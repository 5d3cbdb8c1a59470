// What the engine asks of its host, and what it answers, beside reading documents.
#include <algorithm>
#include <map>

#include "crypto/sha256.hpp"
#include "multiformats/multibase.hpp"
#include "support/catch.hpp"
#include "support/device.hpp"
#include "support/expectation.hpp"
#include "support/writer.hpp"

namespace fireproof::test {
namespace {

// The row of an answer with this key; null if there is none.
const Value* row_of(const Value& answer, const std::string& key) {
  for (const Value& row : *answer.find<List>("rows")) {
    if (*row.find<std::string>("key") == key) return &row;
  }
  return nullptr;
}

// What the package's own changes() says of a key.
const Value* package_change(const Fixture& fixture, const std::string& key) {
  for (const Value& row : *fixture.expected.find<List>("changesOfThePackage")) {
    if (*row.find<std::string>("key") == key) return row.find("value");
  }
  return nullptr;
}

std::string changes_since(const std::vector<std::string>& clock, const std::string& more = {}) {
  std::string arguments = R"({"since":[)";
  for (const std::string& event : clock) {
    arguments.append(&event == &clock.front() ? "\"" : ",\"").append(event).append("\"");
  }
  return arguments + "]" + more + "}";
}

struct Pulled {
  explicit Pulled(const std::string& name)
      : fixture(test::fixture(name)),
        remote(fixture.database, fixture.format),
        host(storage, options_for(fixture)) {
    remote.serve(fixture.folder);
    const auto error = host.connect(remote);
    INFO((error ? error->message : std::string()));
    REQUIRE(!error);
  }

  const Fixture& fixture;
  Storage storage;
  Remote remote;
  Host host;
};

}  // namespace

TEST_CASE("an unchanged remote costs one request and no commit, in this session and the next",
          "[engine]") {
  Pulled pulled("0.24/c-updates-deletes");
  const int requests = pulled.remote.requests;
  const auto commits = pulled.host.commits;
  REQUIRE(pulled.host.call("pull", R"({"connection":1})"));
  CHECK(pulled.remote.requests == requests + 1);
  CHECK(pulled.host.commits == commits);

  Host next(pulled.storage, options_for(pulled.fixture));
  REQUIRE(!next.connect(pulled.remote));
  CHECK(pulled.remote.requests == requests + 3);  // the first round and the one that was asked for
  CHECK(next.commits == 0);
}

TEST_CASE("changes() is the merged truth where the package's is not", "[engine]") {
  // After a fork the package walks one branch to its beginning before the other and reports stale versions.
  Pulled fork14("0.14/d-fork/3-merged");
  const Value ours = with_patches(fork14.host.json("changes"));
  const Value* k4 = row_of(ours, "k4");
  REQUIRE(k4);
  CHECK(k4->find("deleted"));
  REQUIRE(package_change(fork14.fixture, "k4"));
  CHECK(!package_change(fork14.fixture, "k4")->find("_deleted"));

  Pulled fork24("0.24/d-fork/merged-2heads");
  const Value theirs = with_patches(fork24.host.json("changes"));
  int different = 0;
  for (const Value& row : *theirs.find<List>("rows")) {
    const std::string key = *row.find<std::string>("key");
    const Value* package = package_change(fork24.fixture, key);
    REQUIRE(package);
    if (!same_json(*row.find("value"), *package)) ++different;
  }
  CHECK(different > 0);
}

TEST_CASE("changes(since) gives what came after a clock, the oldest first", "[engine]") {
  Pulled base("0.24/d-fork/base");
  Pulled later("0.24/d-fork/A");
  const std::vector<std::string> clock = texts(base.host.json("changes"), "clock");
  const Value rows = later.host.json("changes", changes_since(clock));
  CHECK(!rows.find<List>("rows")->empty());
  CHECK(rows.find<List>("rows")->size() < later.host.json("changes").find<List>("rows")->size());
  CHECK(
      later.host.json("changes", changes_since(texts(rows, "clock"))).find<List>("rows")->empty());

  const List all = *later.host.json("changes").find<List>("rows");
  const List two =
      *later.host.json("changes", changes_since({}, R"(,"limit":2)")).find<List>("rows");
  REQUIRE(two.size() == 2);
  CHECK(two[0] == all[0]);
  CHECK(two[1] == all[1]);

  const auto unknown = base.host.call("changes", changes_since(texts(rows, "clock")));
  REQUIRE(!unknown);
  CHECK(unknown.error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("attachments are checked, stored, and there without the remote", "[engine]") {
  for (const char* name : {"0.24/h-files", "0.14/h-files", "0.14/h2-files-public-db"}) {
    Pulled pulled(name);
    int files = 0;
    const auto read_all = [&](Host& host) {
      for (const Value& document : *pulled.fixture.expected.find<List>("docs")) {
        for (const char* member : {"_files", "_publicFiles"}) {
          const Map* entries = document.find<Map>(member);
          if (!entries) continue;
          for (const auto& [file, entry] : *entries) {
            const List* cars = entry.find<List>("car");
            const Value& car = cars ? cars->front() : *entry.find("car");
            const std::string arguments = R"({"cars":[")" + *car.find<std::string>("/") +
                                          R"("],"cid":")" +
                                          *entry.find("cid")->find<std::string>("/") + "\"}";
            INFO(name << " " << file);
            REQUIRE(host.call("file", arguments));
            CHECK(host.answer_bytes.size() == entry.find<Integer>("size")->magnitude);
            const std::string id = *document.find<std::string>("_id") + "/" + file;
            const Value* known = pulled.fixture.expected.find("files");
            if (known && known->find(id)) {
              const std::string hash =
                  multibase::encode_bare(Base::kBase16, sha256(host.answer_bytes));
              CHECK(hash == *known->find(id)->find<std::string>("sha256"));
            }
            ++files;
          }
        }
      }
    };
    read_all(pulled.host);
    Host offline(pulled.storage, options_for(pulled.fixture));
    read_all(offline);
    CHECK(files >= 8);
  }
}

TEST_CASE("reads of one attachment at once are one transfer, and none through a paused connection",
          "[engine]") {
  Device writer(EngineOptions{});
  Remote remote("x", "0.24");
  writer.connect(remote);
  std::vector<Bytes> content;
  content.emplace_back(1000, 1);
  REQUIRE(writer.host().call(
      "write",
      R"({"docs":[{"_id":"d","_files":{"f":null}}],"patches":[{"path":[0,"_files","f"],)"
      R"("file":{"blob":0,"type":"text/plain","lastModified":0}}]})",
      std::move(content)));
  writer.refresh_until_done();
  const Value document = writer.host().json("get", R"({"id":"d"})");
  const Value* entry = document.find("doc")->find("_files")->find("f");
  REQUIRE(entry);
  const List* cars = entry->find<List>("car");
  const Value& car = cars ? cars->front() : *entry->find("car");
  const std::string arguments = R"({"cars":[")" + *car.find<std::string>("/") + R"("],"cid":")" +
                                *entry->find("cid")->find<std::string>("/") + "\"}";
  EngineOptions options;
  options.key = std::string(*writer.host().json("exportKey").find<std::string>("hex"));
  options.entropy[0] = 2;
  Device reader(options);
  reader.connect(remote);
  reader.refresh_until_done();
  int transfers = 0;
  remote.before = [&](const std::string& path) -> std::optional<Error> {
    if (path.starts_with("file/")) ++transfers;
    return std::nullopt;
  };
  Host& host = reader.host();
  REQUIRE(host.call("pause", R"({"connection":1})"));
  CHECK_FALSE(host.call("file", arguments));
  CHECK(transfers == 0);
  REQUIRE(host.call("resume", R"({"connection":1})"));
  host.hold();
  std::vector<CallId> calls;
  for (int n = 0; n < 5; ++n) calls.push_back(host.begin("file", arguments));
  host.let_go();
  host.run();
  for (const CallId call : calls) {
    REQUIRE(host.answer(call));
    CHECK(host.answer(call)->json);
  }
  CHECK(transfers == 1);
}

TEST_CASE("a damaged attachment is an error and is not stored", "[engine]") {
  Pulled pulled("0.24/h-files");
  const Value small = pulled.host.json("get", arguments_with("id", "small"));
  const Value* entry = small.find("doc")->find("_files")->find("hello.txt");
  const std::string car = *entry->find<List>("car")->front().find<std::string>("/");
  pulled.remote.set(pulled.remote.car_path(CarKind::kFile, *Cid::parse(car)), Bytes(50, 9));
  const std::string arguments =
      R"({"cars":[")" + car + R"("],"cid":")" + *entry->find("cid")->find<std::string>("/") + "\"}";
  const auto refused = pulled.host.call("file", arguments);
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::kCorruptCar);
  CHECK(pulled.storage.tables["file"].empty());
}

TEST_CASE("two histories without a common event are unrelated-history, and ours stays",
          "[engine]") {
  EngineOptions options;
  options.key = SecretKey(Bytes(16, 7)).hex();
  options.entropy[0] = 1;
  Remote ours("demo", "0.24");
  Remote theirs("demo", "0.24");
  write_database_24(ours, SecretKey(Bytes(16, 7)), 20, 10);
  write_database_24(theirs, SecretKey(Bytes(16, 7)), 30, 15);  // other batches: other first events
  Storage storage;
  Host host(storage, options);
  REQUIRE(!host.connect(ours, 1));
  const auto error = host.connect(theirs, 2);
  REQUIRE(error);
  CHECK(error->code == ErrorCode::kUnrelatedHistory);
  CHECK(host.json("allDocs").find<List>("rows")->size() == 20);
}

TEST_CASE("another key or another kind of database is refused", "[engine]") {
  const Fixture& encrypted = test::fixture("0.14/a-basic-encrypted");
  Remote remote(encrypted.database, encrypted.format);
  remote.serve(encrypted.folder);
  const auto error_with = [&](EngineOptions options) {
    Storage storage;
    Host host(storage, options);
    const auto error = host.connect(remote);
    CHECK(host.json("allDocs").find<List>("rows")->empty());
    return error ? error->code : ErrorCode::kNotFound;
  };
  EngineOptions other = options_for(encrypted);
  other.key = std::string(64, 'a');
  CHECK(error_with(other) == ErrorCode::kKeyMismatch);
  EngineOptions open = options_for(encrypted);
  open.key.clear();
  open.is_public = true;
  CHECK(error_with(open) == ErrorCode::kKeyMismatch);
}

TEST_CASE("what is sealed with an unknown key is fetched once, and again when a key was added",
          "[engine]") {
  const Fixture& fixture = test::fixture("0.24/a-three-docs");
  Storage storage;
  Remote remote(fixture.database, fixture.format);
  remote.serve(fixture.folder);
  EngineOptions options = options_for(fixture);
  options.key = std::string(32, 'f');
  Host host(storage, options);
  const auto error = host.connect(remote);
  REQUIRE(error);
  CHECK(error->code == ErrorCode::kKeyMissing);
  const int requests = remote.requests;
  for (int round = 1; round <= 3; ++round) {
    const auto refused = host.call("pull", R"({"connection":1})");
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::kKeyMissing);
    CHECK(remote.requests == requests + round);  // a meta that has not changed
  }
  host.json("addKey", arguments_with("key", fixture.key));
  CHECK(host.call("pull", R"({"connection":1})"));
  CHECK(host.json("allDocs").find<List>("rows")->size() == 3);
}

TEST_CASE("a second opening must agree with what is stored", "[engine]") {
  Pulled pulled("0.24/a-three-docs");
  EngineOptions options = options_for(pulled.fixture);
  options.key.clear();
  Host without_key(pulled.storage, options);
  CHECK(without_key.json("allDocs").find<List>("rows")->size() == 3);

  options.key = std::string(32, 'b');
  Host other_key(pulled.storage, options);
  const auto mismatch = other_key.call("allDocs");
  REQUIRE(!mismatch);
  CHECK(mismatch.error().code == ErrorCode::kKeyMismatch);

  options.key.clear();
  options.is_public = true;
  Host as_public(pulled.storage, options);
  const auto refused = as_public.call("allDocs");
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("two engines on one store end with the same", "[engine]") {
  const Fixture& fixture = test::fixture("0.24/m-random-merge-99-side-by-side");
  Storage storage;
  Remote remote(fixture.database, fixture.format);
  remote.serve(fixture.folder);
  Host one(storage, options_for(fixture));
  Host other(storage, options_for(fixture));
  other.json("ready");  // has looked before the first one commits
  REQUIRE(!one.connect(remote));
  REQUIRE(!other.connect(remote));
  CHECK(*one.call("inspect") == *other.call("inspect"));
  CHECK(*one.call("allDocs") == *other.call("allDocs"));
}

TEST_CASE("calls that do not exist or make no sense are invalid-argument", "[engine]") {
  Pulled pulled("0.24/a-three-docs");
  for (const auto& [method, arguments] : std::vector<std::pair<std::string, std::string>>{
           {"no such call", R"({"connection":1})"},
           {"get", "not json"},
           {"changes", R"({"since":["not a cid"]})"},
           {"file", R"({"cars":[],"cid":"nonsense"})"}}) {
    const auto answer = pulled.host.call(method, arguments);
    INFO(method);
    REQUIRE(!answer);
    CHECK(answer.error().code == ErrorCode::kInvalidArgument);
  }
  const auto closed = pulled.host.call("pull", R"({"connection":9})");
  REQUIRE(!closed);
  CHECK(closed.error().code == ErrorCode::kClosed);
}

}  // namespace fireproof::test
