// Orders of events that the simulator found to break a guarantee, each as short as it can be.
#include "documents/adoption.hpp"
#include "support/catch.hpp"
#include "support/device.hpp"
#include "support/writing.hpp"

namespace fireproof::test {
namespace {

void connect(Host& host, const std::string& number, const std::string& more = {}) {
  (void)host.begin("connect", R"({"connection":)" + number + R"(,"remote":"remote )" + number +
                                  R"(","mode":"sync","conditional":true)" + more + "}");
}

// Every CAR that the stored record names is stored.
bool record_is_whole(Storage& storage) {
  if (!storage.record) return true;
  const auto record = LocalRecord::decode(*storage.record);
  for (const Cid& car : cars_of(record->car_log())) {
    if (!storage.tables["car"].contains(car.text())) return false;
  }
  return true;
}

std::string documents_at(const Remote& remote, const EngineOptions& options) {
  Remote copy = remote;
  copy.after = copy.before = nullptr;
  Device fresh(options);
  fresh.connect(copy);
  fresh.refresh_until_done();
  return fresh.documents();
}

}  // namespace

TEST_CASE("what one connection has fetched and not stored is not named in another's commit",
          "[interleaving]") {
  for (const Kind& kind : kKinds) {
    Remote first("x", kind.format);
    Written writer(options_of(kind, 1));
    for (int n = 0; n < 4; ++n) {
      writer.put("d" + std::to_string(n), 1);
      publish(writer, first);
    }
    Remote second = first;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      INFO(name_of(kind) << ", seed " << seed);
      Random random(seed);
      Storage storage;
      Host host(storage, options_of(kind, 2));
      host.json("ready");
      host.attach(first, 1);
      host.attach(second, 2);
      host.hold();
      connect(host, "1");
      connect(host, "2");
      while (host.step(random)) REQUIRE(record_is_whole(storage));
      CHECK(storage.record);
    }
  }
}

// Two connections fetch the same CARs, saves overlap, reads push blocks out of memory, and the disk is full now and then: what
// one of them could not store must not be missing in what the other adopts and publishes.
TEST_CASE("what could not be stored is missing in no log, on disk or at a remote",
          "[interleaving]") {
  for (const Kind& kind : kKinds) {
    Remote first("x", kind.format);
    Written writer(options_of(kind, 1));
    for (int n = 0; n < 3; ++n) {
      writer.put("d" + std::to_string(n), 1);
      publish(writer, first);
    }
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      INFO(name_of(kind) << ", seed " << seed);
      Remote one = first;
      Remote two = first;
      Random random(seed);
      Storage storage;
      EngineOptions options = options_of(kind, 2);
      options.cache_budget = 1;
      options.save_every = 1;
      Host host(storage, options);
      host.json("ready");
      host.attach(one, 1);
      host.attach(two, 2);
      host.hold();
      connect(host, "1");
      connect(host, "2");
      do {
        host.commit_error.reset();
        if (random.next() % 10 < 3)
          host.commit_error = Error{ErrorCode::kQuotaExceeded, "full", false, {}};
        if (random.next() % 10 < 2) (void)host.begin("allDocs");
        REQUIRE(record_is_whole(storage));
      } while (host.step(random));
      host.commit_error.reset();
      host.let_go();
      host.json("write", put_of("mine", 1));
      CHECK(host.call("synced", R"({"connection":1})"));
      REQUIRE(record_is_whole(storage));
      Device fresh(options_of(kind, 3));
      fresh.connect(one);
      CHECK_FALSE(fresh.refresh());
      CHECK(fresh.host().engine().record().missing.empty());
      CHECK(fresh.host().json("changes").find<List>("rows")->size() == 4);
    }
  }
}

TEST_CASE("a pause while the meta is on its way does not send it twice", "[interleaving]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Remote remote("x", kind.format);
    Storage storage;
    Host host(storage, options_of(kind, 1));
    host.json("write", put_of("one", 1));
    host.attach(remote, 1);
    int metas = 0;
    remote.before = [&](const std::string& path) -> std::optional<Error> {
      if (path == remote.meta_path() && ++metas == 2) {  // read, then written
        (void)host.begin("pause", R"({"connection":1})");
        (void)host.begin("resume", R"({"connection":1})");
      }
      return std::nullopt;
    };
    connect(host, "1");
    host.run();
    CHECK(remote.metas_put == 1);
  }
}

TEST_CASE("a pause while the meta is being read neither begins another round nor ends this one",
          "[interleaving]") {
  for (const Kind& kind : kKinds) {
    for (const bool resumes : {false, true}) {
      INFO(name_of(kind) << (resumes ? ", resumed at once" : ""));
      Remote remote("x", kind.format);
      Storage storage;
      Host host(storage, options_of(kind, 1));
      host.json("write", put_of("one", 1));
      host.attach(remote, 1);
      int requests = 0;
      remote.before = [&](const std::string& path) -> std::optional<Error> {
        if (path == remote.meta_path() && ++requests == 1) {
          (void)host.begin("pause", R"({"connection":1})");
          if (resumes) (void)host.begin("resume", R"({"connection":1})");
        }
        return std::nullopt;
      };
      connect(host, "1");
      const CallId synced = host.begin("synced", R"({"connection":1})");
      host.run();
      if (!resumes) {
        CHECK_FALSE(host.answer(synced));
        host.json("resume", R"({"connection":1})");
      }
      host.run();
      CHECK(host.call("synced", R"({"connection":1})"));
      CHECK(host.answer(synced));
      CHECK(remote.metas_put == 1);
      CHECK(remote.cars_put == 1);
    }
  }
}

TEST_CASE("synced() waits for what was written before it, whatever is written meanwhile",
          "[interleaving]") {
  int answered = 0;
  for (const Kind& kind : kKinds) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      INFO(name_of(kind) << ", seed " << seed);
      Random random(seed);
      Remote remote("x", kind.format);
      Storage storage;
      Host host(storage, options_of(kind, 1));
      host.attach(remote, 1);
      connect(host, "1");
      host.json("write", put_of("before", seed));
      host.hold();
      const CallId synced = host.begin("synced", R"({"connection":1})");
      for (int n = 0; n < 6; ++n) {
        (void)host.begin("write", put_of("meanwhile" + std::to_string(n), seed));
        for (std::size_t steps = random.below(4); steps > 0; --steps) (void)host.step(random);
        if (host.answer(synced)) break;
      }
      while (!host.answer(synced) && host.step(random)) continue;
      const command::Answer* answer = host.answer(synced);
      if (!answer) continue;  // it waits for a timer
      REQUIRE(answer->json);
      ++answered;
      const std::string documents = documents_at(remote, options_of(kind, 2));
      CHECK(documents.find("before") != std::string::npos);
    }
  }
  CHECK(answered > 0);
}

TEST_CASE("what was uploaded when a connection is closed is not uploaded again", "[interleaving]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Remote remote("x", kind.format);
    Storage storage;
    Host host(storage, options_of(kind, 1));
    host.json("write", put_of("one", 1));
    host.attach(remote, 1);
    int metas = 0;
    remote.before = [&](const std::string& path) -> std::optional<Error> {
      if (path == remote.meta_path() && ++metas == 2)
        (void)host.begin("disconnect", R"({"connection":1})");
      return std::nullopt;
    };
    connect(host, "1");
    host.run();
    REQUIRE(remote.cars_put == 1);
    remote.before = nullptr;
    connect(host, "1");
    host.run();
    CHECK(host.call("synced", R"({"connection":1})"));
    CHECK(remote.cars_put == 1);
    CHECK(remote.requests > 3);
  }
}

}  // namespace fireproof::test
