// A remote whose objects are damaged, missing, swapped or unreachable: nothing wrong is ever returned or stored, what can
// be read is, and everything heals when the remote does.
#include <algorithm>
#include <map>

#include "documents/document_json.hpp"
#include "support/catch.hpp"
#include "support/expectation.hpp"
#include "support/files.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

// An object of a fixture's remote, by its path there.
std::vector<std::string> data_paths(const Fixture& fixture) {
  std::vector<std::string> paths;
  for (const std::string& path : list_files(fixture.folder)) {
    if (path.starts_with("data/")) paths.push_back(path);
  }
  return paths;
}

// The CID in a path.
std::string name_in(const std::string& path) {
  const std::size_t start = path.rfind('/') + 1;
  return path.substr(start, path.size() - start - 4);
}

// What `get` may answer for each id when a part of the history is hidden by damage: any value that an event of the complete
// database wrote. A merge with a device that cannot be read is not made up; the state of the others is shown.
using Written = std::multimap<std::string, std::string>;

Written everything_written(const Fixture& fixture) {
  Storage storage;
  Remote remote(fixture.database, fixture.format);
  remote.serve(fixture.folder);
  Host host(storage, options_for(fixture));
  REQUIRE(!host.connect(remote));
  Database& database = host.engine().database();
  const EventGraph& events = *database.events();
  Written written;
  for (EventGraph::Id id = 0; id < events.size(); ++id) {
    for (const EventOp& op : events.node(id).ops) {
      const auto block = database.find(op.value);  // values that a compaction dropped are not there
      const auto stored = block ? read_document(*block, true) : fail(ErrorCode::kNotFound, {});
      if (!stored || stored->deleted) continue;
      DocumentJson json;
      json.begin_object();
      json.member("doc");
      REQUIRE(json.document(op.key, stored->fields));
      written.emplace(op.key, json.finish());
    }
  }
  return written;
}

// Every document that can be read was written as it is read; everything that is stored is what its name says.
void check_nothing_wrong(const Fixture& fixture, const Written& written, Host& host,
                         const Storage& storage) {
  const auto all = host.call("allDocs");
  if (!all) CHECK(all.error().code == ErrorCode::kCorruptBlock);
  for (const Value& expected : *fixture.expected.find<List>("docs")) {
    const std::string id = *expected.find<std::string>("_id");
    const auto answer = host.call("get", arguments_with("id", id));
    INFO(id);
    if (!answer) {
      const ErrorCode code = answer.error().code;
      CHECK((code == ErrorCode::kNotFound || code == ErrorCode::kCorruptBlock));
      continue;
    }
    const auto [from, to] = written.equal_range(id);
    CHECK(std::any_of(from, to, [&](const auto& entry) { return entry.second == *answer; }));
  }
  const auto cars = storage.tables.find("car");
  if (cars == storage.tables.end()) return;
  for (const auto& [name, bytes] : cars->second) {
    INFO(name);
    const Database& database = host.engine().database();
    CHECK(database.format().open(*Cid::parse(name), bytes, database.keys(), CarKind::kData));
  }
}

void check_complete(const Fixture& fixture, Host& host) {
  const Value all = with_patches(host.json("allDocs"));
  CHECK(texts(all, "clock") == texts(fixture.expected, "clock"));
  const List documents = row_values(all);
  CHECK(documents.size() == fixture.expected.find<List>("docs")->size());
  for (const Value& document : documents) {
    const Value* expected = expected_document(fixture, *document.find<std::string>("_id"));
    REQUIRE(expected);
    CHECK(same_json(document, *expected));
  }
  CHECK(host.json("inspect").find<Integer>("missing")->magnitude == 0);
}

enum class Damage { kFlipped, kTruncated, kAbsent, kSwapped };

std::optional<Bytes> damaged(Damage how, const Bytes& bytes, const Bytes& other, Random& random) {
  Bytes changed = bytes;
  switch (how) {
    case Damage::kFlipped:
      changed[random.below(changed.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
      return changed;
    case Damage::kTruncated:
      changed.resize(random.below(changed.size()));
      return changed;
    case Damage::kSwapped:
      return other;
    case Damage::kAbsent:
      return std::nullopt;
  }
  return std::nullopt;
}

bool names_damage(const Error& error) {
  return error.code == ErrorCode::kCorruptCar || error.code == ErrorCode::kCorruptBlock;
}

// Pulls with one object damaged for ever, then healed.
void damage_one(const Fixture& fixture, const Written& written, const std::string& path, Damage how,
                const std::string& other, Random& random) {
  INFO(fixture.name + " " + path + " damage " + std::to_string(static_cast<int>(how)));
  Storage storage;
  Remote remote(fixture.database, fixture.format);
  remote.serve(fixture.folder);
  const Bytes good = read_file(fixture.folder + "/" + path);
  remote.set(path, damaged(how, good, read_file(fixture.folder + "/" + other), random));
  Host host(storage, options_for(fixture));
  const auto error = host.connect(remote);
  if (error) {  // a CAR that no state needs any more may be damaged unnoticed
    CHECK(names_damage(*error));
    const std::string message = error->message;
    CHECK((message.find(name_in(path)) != std::string::npos ||
           message.find("block bafy") != std::string::npos));
  }
  check_nothing_wrong(fixture, written, host, storage);
  remote.set(path, good);
  const auto healed = host.call("pull", R"({"connection":1})");
  CHECK(healed);
  check_complete(fixture, host);
}

}  // namespace

TEST_CASE("a damaged object is reported by name and nothing wrong comes of it", "[damage]") {
  Random random;
  INFO(random.repeat());
  int cases = 0;
  for (const Fixture& fixture : fixtures()) {
    const std::vector<std::string> paths = data_paths(fixture);
    const Written written = everything_written(fixture);
    for (const Damage how :
         {Damage::kFlipped, Damage::kTruncated, Damage::kAbsent, Damage::kSwapped}) {
      const std::string& path = paths[random.below(paths.size())];
      const std::string& other = paths[random.below(paths.size())];
      if (how == Damage::kSwapped && other == path) continue;
      damage_one(fixture, written, path, how, other, random);
      ++cases;
    }
  }
  WARN("damaged databases: " << cases);
  CHECK(cases > 200);
}

TEST_CASE("one damaged device does not hide the others", "[damage]") {
  // Metas of several devices side by side; the newest CAR of each in turn is damaged.
  int cases = 0;
  for (const Fixture& fixture : fixtures()) {
    const auto meta = find_format(fixture.format)->read_meta(read_file(fixture.meta_path()));
    REQUIRE(meta);
    if (meta->entries.size() < 2) continue;
    for (const MetaEntry& damaged_entry : meta->entries) {
      INFO(fixture.name << " without " << damaged_entry.group[0].text());
      Storage storage;
      Remote remote(fixture.database, fixture.format);
      remote.serve(fixture.folder);
      remote.set(remote.car_path(CarKind::kData, damaged_entry.group[0]), Bytes(100, 1));
      Host host(storage, options_for(fixture));
      const auto error = host.connect(remote);
      REQUIRE(error);
      CHECK(error->code == ErrorCode::kCorruptCar);
      CHECK(!host.json("allDocs").find<List>("rows")->empty());
      const Value inspected = host.json("inspect");
      CHECK(inspected.find<List>("cars")->size() > 1);
      CHECK(inspected.find<Integer>("missing")->magnitude == 0);
      ++cases;
    }
  }
  WARN("metas with one damaged device: " << cases);
  CHECK(cases >= 2);
}

TEST_CASE("a fault at any request is overcome, and no verified CAR is fetched twice", "[damage]") {
  for (const char* name :
       {"0.24/c-updates-deletes", "0.14/c-updates-deletes", "0.14/d-fork/3-merged"}) {
    const Fixture& fixture = test::fixture(name);
    for (const ErrorCode code : {ErrorCode::kOffline, ErrorCode::kTimeout, ErrorCode::kServer}) {
      for (int failing = 1; failing < 40; ++failing) {
        INFO(name << " " << error_name(code) << " at request " << failing);
        Storage storage;
        Remote remote(fixture.database, fixture.format);
        remote.serve(fixture.folder);
        int request = 0;
        std::map<std::string, int> served;
        remote.before = [&](const std::string& path) -> std::optional<Error> {
          if (++request == failing) return Error{code, "injected"};
          if (path.ends_with(".car")) ++served[path];
          return std::nullopt;
        };
        Host host(storage, options_for(fixture));
        if (const auto error = host.connect(remote)) {
          CHECK(error->code == code);
          CHECK(host.call("pull", R"({"connection":1})"));
        }
        check_complete(fixture, host);
        for (const auto& [path, times] : served) CHECK(times == 1);
      }
    }
  }
}

TEST_CASE("a full disk is quota-exceeded, changes nothing, and does not last", "[damage]") {
  const Fixture& fixture = test::fixture("0.24/f-compacted-then-writes");
  Storage storage;
  Remote remote(fixture.database, fixture.format);
  remote.serve(fixture.folder);
  Host host(storage, options_for(fixture));
  host.commit_error = Error{ErrorCode::kQuotaExceeded, "no room"};
  const auto error = host.connect(remote);
  REQUIRE(error);
  CHECK(error->code == ErrorCode::kQuotaExceeded);
  CHECK(!storage.record);
  CHECK(storage.tables["car"].empty());
  CHECK(host.json("allDocs").find<List>("rows")->empty());
  host.commit_error.reset();
  CHECK(host.call("pull", R"({"connection":1})"));
  check_complete(fixture, host);
  Host reopened(storage, options_for(fixture));
  check_complete(fixture, reopened);
}

TEST_CASE("hostile metas are corrupt-meta, and the state that was there stays", "[damage]") {
  const Fixture& fixture = test::fixture("0.24/a-three-docs");
  const std::string deep(5000, '[');
  const std::string huge = "[" + std::string(2'000'000, ' ') + "{}]";
  const std::string unknown = R"([{"cid":"x","parents":[],"data":"Mzzzz"}])";
  for (const std::string& meta :
       {std::string(), std::string("not json"), std::string("{}"), std::string("\x00\xff", 2),
        std::string("[1,2]"), std::string("\"text\""), deep, huge, unknown}) {
    Storage storage;
    Remote remote(fixture.database, fixture.format);
    remote.serve(fixture.folder);
    Host host(storage, options_for(fixture));
    REQUIRE(!host.connect(remote));
    const Bytes good = read_file(fixture.meta_path());
    remote.set(remote.meta_path(), copy_of(as_bytes(meta)));
    const auto refused = host.call("pull", R"({"connection":1})");
    INFO(meta.substr(0, 40));
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::kCorruptMeta);
    check_complete(fixture, host);
    remote.set(remote.meta_path(), good);
    CHECK(host.call("pull", R"({"connection":1})"));
  }
}

TEST_CASE("states that the package cannot open are read", "[damage]") {
  // A bulk of two CARs as the newest commit: the package loads only its first CAR.
  const Fixture& whole = test::fixture("0.24/j-multicar");
  Fixture before = whole;
  const std::string suffix = "-before-last-put/remote";
  before.folder =
      whole.folder.substr(0, whole.folder.size() - std::string("/remote").size()) + suffix;
  Storage storage;
  Remote remote(before.database, before.format);
  remote.serve(before.folder);
  Host host(storage, options_for(before));
  REQUIRE(!host.connect(remote));
  const List documents = row_values(with_patches(host.json("allDocs")));
  CHECK(documents.size() + 1 == whole.expected.find<List>("docs")->size());
  for (const Value& document : documents) {
    CHECK(same_json(document, *expected_document(whole, *document.find<std::string>("_id"))));
  }
}

}  // namespace fireproof::test
