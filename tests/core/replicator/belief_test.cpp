// What is believed without evidence: keys that a meta brings along, heads whose events are gone, calls of a store that failed.
#include "documents/adoption.hpp"
#include "support/catch.hpp"
#include "support/device.hpp"
#include "support/large.hpp"
#include "support/writer.hpp"
#include "support/writer_24.hpp"
#include "support/writing.hpp"

namespace fireproof::test {
namespace {

constexpr const char* kStrangersKey = "ffffffffffffffffffffffffffffffff";

// Puts documents under another key beside those of the remote, into a meta that brings this key along.
void inject(Remote& remote) {
  Writer24 stranger(kStrangersKey);
  Map fields;
  fields.emplace_back("text", Value(std::string("1000000")));
  stranger.put("evil", fields);
  stranger.put("balance", fields);
  for (const StoredCar& car : stranger.cars())
    remote.set(remote.car_path(CarKind::kData, car.name), car.bytes);
  const std::string theirs(as_text(stranger.meta()));
  const std::string ours(as_text(*remote.get(remote.meta_path())));
  const std::string both = R"({"metas":)" + theirs.substr(0, theirs.size() - 1) + "," +
                           ours.substr(1) + R"(,"keys":[")" + kStrangersKey + "\"]}";
  remote.set(remote.meta_path(), copy_of(as_bytes(both)));
}

bool is_answered(const std::vector<Command>& commands, CallId call, ErrorCode code) {
  return std::count_if(commands.begin(), commands.end(), [&](const Command& command) {
           const auto* answer = std::get_if<command::Answer>(&command);
           return answer && answer->call == call && !answer->json &&
                  answer->json.error().code == code;
         }) == 1;
}

}  // namespace

TEST_CASE("0.24: a key that a meta brings along opens nothing", "[belief]") {
  Remote remote("db", "0.24");
  Device victim(options_of({"0.24", false}, 1));
  victim.put("balance", "100");
  victim.connect(remote);
  victim.refresh_until_done();
  const std::string before = victim.documents();
  const std::string clock = victim.clock();
  inject(remote);
  const auto error = victim.refresh();
  REQUIRE(error);
  CHECK(error->code == ErrorCode::kKeyMissing);
  CHECK(victim.documents() == before);
  CHECK(victim.clock() == clock);
  victim.reopen();
  CHECK(victim.documents() == before);
  // What is written goes on to be published, and the stranger's entry stays where it was.
  victim.put("later", "1");
  victim.connect(remote);
  (void)victim.refresh();
  const std::string meta(as_text(*remote.get(remote.meta_path())));
  CHECK(meta.find(kStrangersKey) != std::string::npos);
  CHECK(victim.documents().find("1000000") == std::string::npos);
  CHECK(victim.documents().find("later") != std::string::npos);
}

TEST_CASE("A row of events that is gone or damaged is made again from its CAR", "[belief]") {
  for (const bool gone : {false, true}) {
    INFO((gone ? "gone" : "damaged"));
    const Kind kind{"0.24", true};
    Remote remote("db", "0.24");
    Storage storage;
    {
      Host host(storage, options_of(kind, 1));
      host.json("write", put_of("base", 1));
      (void)host.connect(remote);
      CHECK(host.call("synced", R"({"connection":1})"));
      CHECK(host.call("disconnect", R"({"connection":1})"));
      host.json("write", bulk_of(0, 100, 1000));  // more than 32 KiB: it has rows
    }
    Device other(options_of(kind, 2));
    other.connect(remote);
    other.refresh_until_done();
    other.put("of-another", "2");
    other.refresh_until_done();
    const auto record = *LocalRecord::decode(*storage.record);
    auto& events = storage.tables["events"];
    const auto row = events.find(record.tail.back().car.text());
    REQUIRE(row != events.end());
    if (gone) {
      events.erase(row);
    } else {
      row->second[row->second.size() / 2] ^= 1;
    }
    Host host(storage, options_of(kind, 1));
    (void)host.connect(remote);
    CHECK(host.call("synced", R"({"connection":1})"));
    CHECK(host.json("allDocs").find<List>("rows")->size() == 102);
    other.refresh_until_done();
    CHECK(other.host().json("allDocs").find<List>("rows")->size() == 102);
  }
}

TEST_CASE("A seal keeps the CAR of the tail that another device has put into the log", "[belief]") {
  for (const Kind& kind : {Kind{"0.24", true}, Kind{"0.24", false}, Kind{"0.14", true}}) {
    INFO(name_of(kind));
    Remote remote("db", kind.format);
    Device a(options_of(kind, 1));
    a.put("d", "1");
    a.connect(remote);
    a.refresh_until_done();
    Storage storage;
    Host b(storage, options_of(kind, 2));
    (void)b.connect(remote);
    CHECK(b.call("synced", R"({"connection":1})"));
    CHECK(b.call("pause", R"({"connection":1})"));
    // Both make the same write on the same head: the same event, the same CAR.
    a.remove("d");
    a.refresh_until_done();
    b.json("write", delete_of("d"));
    const Cid same = b.engine().record().tail.at(0).car;
    REQUIRE(a.host().engine().record().sealed.front().front() == same);
    int named = 0;
    const auto check = [&] {
      if (!storage.record) return;
      for (const Cid& car : cars_of(LocalRecord::decode(*storage.record)->car_log())) {
        CHECK(storage.tables["car"].contains(car.text()));
        named += car == same ? 1 : 0;
      }
    };
    b.before_commit = check;
    CHECK(b.call("resume", R"({"connection":1})"));
    CHECK(b.call("synced", R"({"connection":1})"));
    check();
    CHECK(named > 0);
  }
}

TEST_CASE("Calls under way fail once when the store does", "[belief]") {
  EngineOptions options = options_of({"0.24", true}, 1);
  auto engine = *Engine::create(options);
  engine->start();
  engine->receive(input::RecordLoaded{0, {}}, 0);
  engine->receive(input::Call{1, "connect", R"({"connection":1,"remote":"r","mode":"sync"})", {}},
                  0);
  engine->receive(input::Call{2, "synced", R"({"connection":1})", {}}, 0);
  engine->receive(input::Call{3, "pull", R"({"connection":1})", {}}, 0);
  engine->receive(input::Call{4, "write", put_of("a", 1), {}}, 0);
  (void)engine->take_commands();
  engine->receive(input::StorageFailed{{ErrorCode::kStorageLost, "gone", false, {}}}, 1);
  engine->receive(input::Call{5, "get", R"({"id":"a"})", {}}, 2);
  const std::vector<Command> commands = engine->take_commands();
  for (const CallId call : {2, 3, 4, 5})
    CHECK(is_answered(commands, call, ErrorCode::kStorageLost));
}

TEST_CASE("While a connection is paused no meta goes out, and then it does", "[belief]") {
  Remote remote("db", "0.24");
  Storage storage;
  Host host(storage, options_of({"0.24", false}, 1));
  host.json("write", put_of("a", 1));
  bool paused = false;
  host.before_commit = [&] {
    // The commit after the CARs notes what is offered; the meta comes next.
    if (remote.cars_put > 0 && !std::exchange(paused, true))
      (void)host.begin("pause", R"({"connection":1})");
  };
  host.attach(remote, 1);
  host.json("connect", R"({"connection":1,"remote":"r","mode":"sync","conditional":true})");
  host.run();
  CHECK(paused);
  CHECK(remote.metas_put == 0);
  CHECK(host.call("resume", R"({"connection":1})"));
  CHECK(host.call("synced", R"({"connection":1})"));
  CHECK(remote.metas_put == 1);
}

TEST_CASE("Reads at once run again only when what they wait for has come", "[belief]") {
  const Kind kind{"0.24", true};
  Storage storage;
  store_large(storage, kind, 5'000);
  Host host(storage, options_of(kind, 1));
  host.json("ready");
  const std::uint64_t before = host.engine().operation_runs();
  constexpr int kReads = 200;
  std::vector<CallId> calls;
  for (int n = 0; n < kReads; ++n)
    calls.push_back(host.begin("get", R"({"id":")" + document_id(n * 20) + "\"}"));
  host.run();
  for (const CallId call : calls) {
    const command::Answer* answer = host.answer(call);
    CHECK((answer && answer->json));
  }
  // Once a level of the tree, and for the value.
  CHECK(host.engine().operation_runs() - before <= kReads * 12);
}

}  // namespace fireproof::test
