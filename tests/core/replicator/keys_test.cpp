// Which key seals, which keys open, and what happens at a remote that was written under another one.
#include <iostream>

#include "documents/commit.hpp"
#include "support/catch.hpp"
#include "support/first_writers.hpp"

namespace fireproof::test {
namespace {

constexpr Kind k24{"0.24", false};
constexpr Kind k14{"0.14", false};

std::string key(char digit, const Kind& kind) {
  return std::string(find_format(kind.format)->key_size() * 2, digit);
}

EngineOptions with_key(const Kind& kind, std::uint8_t device, const std::string& hex) {
  EngineOptions options = own_key(kind, device);
  options.key = hex;
  return options;
}

// The names of the CARs of the log, newest first.
std::vector<std::string> texts_of_log(Device& device) {
  const Value inspected = device.host().json("inspect");
  std::vector<std::string> cars;
  for (const Value& group : *inspected.find<List>("cars"))
    cars.push_back(*group.get<List>()->front().get<std::string>());
  return cars;
}

// The name of the CAR that the first commit of every database has.
Cid genesis_car() {
  const PreparedCommit genesis = genesis_commit();
  std::vector<BlockView> views;
  for (const NewBlock& block : genesis.blocks) views.push_back({block.cid, block.data});
  const Bytes seed(Entropy::kSeedSize, 1);
  Entropy entropy(seed);
  return format_24().seal({{}, {}, events_of(genesis.heads)}, views, nullptr, entropy).name;
}

// Everything that a remote was given.
int objects(const Remote& remote) { return remote.cars_put + remote.metas_put; }

}  // namespace

TEST_CASE("0.24: a remote under a key that is not known is left alone until the key is", "[keys]") {
  Remote remote("x", "0.24");
  Device a(own_key(k24, 1));
  a.put("both", "by a");
  a.connect(remote);
  a.refresh_until_done();
  const auto meta = remote.get(remote.meta_path());
  const int before = objects(remote);
  Device b(own_key(k24, 2));
  b.put("both", "by b");
  b.put("b", "1");
  b.connect(remote);
  for (int n = 0; n < 3; ++n) {
    const auto error = b.refresh();
    REQUIRE(error);
    CHECK(error->code == ErrorCode::kKeyMissing);
    CHECK_FALSE(is_safe(b));
    b.put("b", std::to_string(n));
  }
  CHECK(remote.get(remote.meta_path()) == meta);
  CHECK(objects(remote) == before);
  // A key that opens makes of it an ordinary merge.
  CHECK(b.host().call("addKey", R"({"key":")" + key_of(a) + "\"}"));
  b.refresh_until_done();
  CHECK(is_safe(b));
  CHECK(text_of(b, "b") == "2");
  // The other device needs the key under which this one writes.
  const auto error = a.refresh();
  REQUIRE(error);
  CHECK(error->code == ErrorCode::kKeyMissing);
  CHECK(a.host().call("addKey", R"({"key":")" + key_of(b) + "\"}"));
  settle({&a, &b});
  CHECK(a.documents() == b.documents());
  CHECK(a.clock() == b.clock());
}

TEST_CASE("0.24: opening with a remote's key before anything was published joins it under that key",
          "[keys]") {
  int cases = 0;
  for (const bool sealed : {false, true}) {
    for (const bool stops : {false, true}) {
      INFO((sealed ? "sealed" : "tail") << (stops ? ", stops" : ""));
      Remote remote("x", "0.24");
      Device a(own_key(k24, 1));
      a.put("a", "1");
      a.connect(remote);
      a.refresh_until_done();
      const std::string shared = key_of(a);
      Storage storage;
      std::string own;
      {
        Host first(storage, own_key(k24, 2));
        first.json("write", put_of("b", 1));
        REQUIRE(first.call(
            "write",
            R"({"docs":[{"_id":"photo","_files":{"f":null}}],"patches":[{"path":[0,"_files","f"],)"
            R"("file":{"blob":0,"type":"text/plain"}}]})",
            {Bytes(100, 5)}));
        if (sealed) first.json("replica");
        first.json("write", put_of("c", 2));
        own = *first.call("exportKey");
      }
      for (std::uint64_t commit = 0;; ++commit) {
        Storage copy = storage.copy();
        Remote target = remote;
        bool stopped = false;
        {
          Host host(copy, with_key(k24, 3, shared));
          if (stops) host.stop_before = commit;
          try {
            host.json("ready");
            host.attach(target, 1);
            host.json("connect",
                      R"({"connection":1,"remote":"remote","mode":"sync","conditional":true})");
            (void)host.call("refresh", R"({"connection":1})");
          } catch (const PowerLoss&) {
            stopped = true;
          }
        }
        Host host(copy, with_key(k24, 4, stopped ? shared : ""));
        CHECK(*host.call("exportKey") != own);
        host.attach(target, 1);
        host.json("connect",
                  R"({"connection":1,"remote":"remote","mode":"sync","conditional":true})");
        CHECK(host.call("refresh", R"({"connection":1})"));
        // Whoever has only the shared key reads it all.
        Device fresh(with_key(k24, 5, shared));
        fresh.connect(target);
        CHECK(!fresh.refresh());
        CHECK(fresh.host().json("allDocs").find<List>("rows")->size() == 4);
        const Value photo = fresh.host().json("get", R"({"id":"photo"})");
        const Value& file = *photo.find("doc")->find("_files")->find("f");
        const std::string car = *file.find<List>("car")->front().find<std::string>("/");
        CHECK(fresh.host().call("file", R"({"cars":[")" + car + R"("],"cid":")" +
                                            *file.find("cid")->find<std::string>("/") + "\"}"));
        ++cases;
        if (!stopped) break;
      }
    }
  }
  std::cout << "keys, joining: " << cases << " cases\n";
}

TEST_CASE("after publishing, another key is a mismatch", "[keys]") {
  for (const Kind& kind : {k24, k14}) {
    INFO(name_of(kind));
    Remote remote("x", kind.format);
    Storage storage;
    {
      Host host(storage, with_key(kind, 1, key('7', kind)));
      host.json("write", put_of("a", 1));
    }
    {
      Host host(storage, with_key(kind, 2, key('8', kind)));  // nothing is published yet
      CHECK(host.call("ready"));
      CHECK(host.call("exportKey")->find(key('8', kind)) != std::string::npos);
      CHECK(host.json("allDocs").find<List>("rows")->size() == 1);
    }
    {
      Host host(storage, own_key(kind, 3));
      CHECK(host.call("exportKey")->find(key('8', kind)) != std::string::npos);  // it was stored
      host.attach(remote, 1);
      host.json("connect",
                R"({"connection":1,"remote":"remote","mode":"sync","conditional":true})");
      CHECK(host.call("refresh", R"({"connection":1})"));
    }
    Host host(storage, with_key(kind, 4, key('7', kind)));
    const auto ready = host.call("ready");
    REQUIRE_FALSE(ready);
    CHECK(ready.error().code == ErrorCode::kKeyMismatch);
    Host same(storage, with_key(kind, 5, key('8', kind)));
    CHECK(same.call("ready"));
    Device fresh(with_key(kind, 6, key('8', kind)));
    fresh.connect(remote);
    CHECK(!fresh.refresh());
    CHECK(fresh.host().json("allDocs").find<List>("rows")->size() == 1);
  }
}

TEST_CASE("0.24: a database whose first meta may have arrived does not change its key", "[keys]") {
  Remote remote("x", "0.24");
  Storage storage;
  {
    Host host(storage, with_key(k24, 1, key('7', k24)));
    host.json("write", put_of("a", 1));
    remote.before = [&](const std::string& path) -> std::optional<Error> {
      const bool puts = path == remote.meta_path() && remote.cars_put > 0;
      return puts ? std::optional<Error>(Error{ErrorCode::kServer, "injected", false})
                  : std::nullopt;
    };
    host.attach(remote, 1);
    host.json("connect", R"({"connection":1,"remote":"remote","mode":"sync","conditional":true})");
  }
  Host host(storage, with_key(k24, 2, key('8', k24)));
  const auto ready = host.call("ready");
  REQUIRE_FALSE(ready);
  CHECK(ready.error().code == ErrorCode::kKeyMismatch);
}

TEST_CASE("0.24: the same first writes under two keys are not taken for the same", "[keys]") {
  for (const bool conditional : {true, false}) {
    INFO(conditional);
    Remote remote("x", "0.24");
    Device a(own_key(k24, 1));
    Device b(own_key(k24, 2));
    a.put("same", "text");
    b.put("same", "text");  // CARs of the same names, other bytes
    a.connect(remote, conditional);
    a.refresh_until_done();
    const auto meta = remote.get(remote.meta_path());
    const int before = objects(remote);
    b.connect(remote, conditional);
    const auto error = b.refresh();
    REQUIRE(error);
    CHECK(error->code == ErrorCode::kKeyMissing);
    CHECK_FALSE(is_safe(b));
    CHECK(objects(remote) == before);
    CHECK(remote.get(remote.meta_path()) == meta);
    Device fresh(with_key(k24, 3, key_of(a)));
    fresh.connect(remote);
    CHECK(!fresh.refresh());
  }
}

TEST_CASE("0.24: a CAR that is there already is compared", "[keys]") {
  for (const bool same_key : {true, false}) {
    INFO((same_key ? "same key" : "another key"));
    const std::string ours = key('7', k24);
    Device a(with_key(k24, 1, same_key ? ours : key('8', k24)));
    Device b(with_key(k24, 2, ours));
    Remote elsewhere("x", "0.24");
    Remote remote("x", "0.24");
    for (Device* device : {&a, &b}) device->put("same", "text");
    a.connect(elsewhere);
    a.refresh_until_done();
    const std::vector<std::string> cars = texts_of_log(a);
    for (const std::string& text : cars) {
      const std::string path = remote.car_path(CarKind::kData, *Cid::parse(text));
      remote.set(path, elsewhere.get(path));
    }
    b.connect(remote);
    const auto error = b.refresh();
    if (same_key) {
      CHECK(!error);
      CHECK(remote.cars_put == 0);
      CHECK(remote.metas_put == 1);
      CHECK(is_safe(b));
    } else {
      REQUIRE(error);
      CHECK(error->code == ErrorCode::kKeyMismatch);
      CHECK(remote.cars_put == 0);
      CHECK(remote.metas_put == 0);
      CHECK_FALSE(is_safe(b));
    }
  }
}

TEST_CASE("0.24: the first commit is never uploaded alone", "[keys]") {
  Remote remote("x", "0.24");
  Device a(own_key(k24, 1));
  std::vector<std::string> paths;
  remote.before = [&](const std::string& path) -> std::optional<Error> {
    paths.push_back(path);
    return std::nullopt;
  };
  a.connect(remote);
  a.put("a", "1");
  a.refresh_until_done();
  const Cid genesis = genesis_car();
  for (const std::string& path : paths) CHECK(path.find(genesis.text()) == std::string::npos);
  CHECK(remote.cars_put == 1);
}

TEST_CASE("0.24: a damaged key id does not look like a missing key", "[keys]") {
  Remote remote("x", "0.24");
  Device a(with_key(k24, 1, key('7', k24)));
  a.put("a", "1");
  a.connect(remote);
  a.refresh_until_done();
  const std::string path = remote.car_path(CarKind::kData, *Cid::parse(texts_of_log(a).front()));
  Bytes damaged = *remote.get(path);
  damaged.back() ^= 1;  // the key id is last
  remote.set(path, damaged);
  EngineOptions options = with_key(k24, 2, key('8', k24));
  Device b(options);
  CHECK(b.host().call("addKey", R"({"key":")" + key('7', k24) + "\"}"));
  b.put("b", "1");
  b.connect(remote);
  const int before = objects(remote);
  const auto error = b.refresh();
  REQUIRE(error);
  CHECK(error->code == ErrorCode::kCorruptCar);
  CHECK(objects(remote) == before);  // nothing of the remote could be opened: nothing is written
  CHECK_FALSE(is_safe(b));
}

TEST_CASE("0.14: a key that was given stays, one that was made gives way", "[keys]") {
  for (const bool given : {true, false}) {
    INFO((given ? "given" : "made"));
    Remote remote("x", "0.14");
    Device a(own_key(k14, 1));
    a.put("a", "1");
    a.connect(remote);
    a.refresh_until_done();
    const auto meta = remote.get(remote.meta_path());
    Device b(given ? with_key(k14, 2, key('8', k14)) : own_key(k14, 2));
    b.put("b", "1");
    const std::string own = key_of(b);
    b.connect(remote);
    const auto error = b.refresh();
    if (given) {
      REQUIRE(error);
      CHECK(error->code == ErrorCode::kKeyMismatch);
      CHECK(key_of(b) == own);
      CHECK(remote.get(remote.meta_path()) == meta);
      CHECK(b.clock() != a.clock());
    } else {
      CHECK(!error);
      CHECK(key_of(b) == key_of(a));
      settle({&b, &a});
      check_agreement(k14, remote, {&a, &b});
    }
  }
}

TEST_CASE("0.14: a database with a key and no documents takes over the remote's key", "[keys]") {
  Remote remote("x", "0.14");
  Device a(own_key(k14, 1));
  a.put("a", "1");
  a.connect(remote);
  a.refresh_until_done();
  Device b(own_key(k14, 2));
  const std::string made = key_of(b);
  CHECK(made != key_of(a));
  b.connect(remote);
  CHECK(!b.refresh());
  CHECK(key_of(b) == key_of(a));
  CHECK(rebased(b).times == 0);
  b.put("b", "1");
  settle({&b, &a});
  check_agreement(k14, remote, {&a, &b});
}

}  // namespace fireproof::test
