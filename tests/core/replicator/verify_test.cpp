// Remotes that lose or damage what they had, or go back to an older state.
#include <algorithm>

#include "documents/adoption.hpp"
#include "support/catch.hpp"
#include "support/device.hpp"
#include "support/writing.hpp"

namespace fireproof::test {
namespace {

// The value of a member of the last status.
std::string status_of(Host& host, const std::string& member) {
  for (auto news = host.news.rbegin(); news != host.news.rend(); ++news) {
    if (news->type != "status") continue;
    const std::size_t at = news->json.find("\"" + member + "\":") + member.size() + 3;
    return news->json.substr(at, news->json.find_first_of(",}", at) - at);
  }
  return {};
}

bool was_told(const Host& host, const std::string& code) {
  return std::any_of(host.news.begin(), host.news.end(), [&](const command::Notify& each) {
    return each.type == "error" && each.json.find(R"("code":")" + code) != std::string::npos;
  });
}

// A device whose three writes are at the remote, in three CARs.
void publish_three(Device& device, Remote& remote) {
  device.connect(remote);
  for (int n = 1; n <= 3; ++n) {
    device.put("d" + std::to_string(n), std::to_string(n));
    device.refresh_until_done();
  }
}

std::vector<Cid> cars_of(Device& device) {
  return fireproof::cars_of(device.host().engine().record().sealed);
}

std::string documents_at(Remote& remote, const Kind& kind) {
  Device fresh(options_of(kind, 9));
  fresh.connect(remote);
  fresh.refresh_until_done();
  return fresh.documents();
}

std::uint64_t count(const Value& report, const char* member) {
  return report.find<Integer>(member)->magnitude;
}

std::size_t listed(const Value& report, const char* member) {
  return report.find<List>(member)->size();
}

}  // namespace

TEST_CASE("verify() finds what a remote has lost, and sends it again", "[verify]") {
  for (const Kind& kind : kKinds) {
    for (const bool deep : {false, true}) {
      INFO(name_of(kind) << (deep ? ", deep" : ""));
      Remote remote("x", kind.format);
      Device a(options_of(kind, 1));
      publish_three(a, remote);
      const std::vector<Cid> cars = cars_of(a);
      REQUIRE(cars.size() == 3);
      const std::string arguments =
          R"({"connection":1,"deep":)" + std::string(deep ? "true" : "false") + "}";
      Value report = a.host().json("verify", arguments);
      CHECK(count(report, "checked") == 3);
      CHECK(listed(report, "missing") == 0);
      CHECK(count(report, "repaired") == 0);
      remote.set(remote.car_path(CarKind::kData, cars[1]), std::nullopt);
      report = a.host().json("verify", arguments);
      CHECK(count(report, "checked") == 3);
      CHECK(listed(report, "missing") == 1);
      CHECK(count(report, "repaired") == 1);
      CHECK(remote.get(remote.car_path(CarKind::kData, cars[1])));
      CHECK(documents_at(remote, kind) == a.documents());
      a.host().pass(10'000);
      CHECK(status_of(a.host(), "safe") == "true");
    }
  }
}

TEST_CASE("a deep verify() finds what a remote has damaged, and replaces it", "[verify]") {
  for (const Kind& kind : kKinds) {
    for (const bool forgets : {false, true}) {
      INFO(name_of(kind) << (forgets ? ", after the page was closed in between" : ""));
      Remote remote("x", kind.format);
      Device a(options_of(kind, 1));
      publish_three(a, remote);
      const std::string path = remote.car_path(CarKind::kData, cars_of(a)[0]);
      Bytes half = *remote.get(path);
      half.resize(half.size() / 2);
      remote.set(path, half);
      if (forgets) {
        // The repair does not come about: the network goes right after it was found out.
        int cars = 0;
        remote.before = [&](const std::string& asked) -> std::optional<Error> {
          if (asked == path && cars++ == 0) return std::nullopt;
          if (cars == 0) return std::nullopt;
          return asked.find("meta/") == 0 || asked == path
                     ? std::optional(Error{ErrorCode::kOffline, "gone", false, {}})
                     : std::nullopt;
        };
        (void)a.host().call("verify", R"({"connection":1,"deep":true})");
        CHECK(status_of(a.host(), "safe") == "false");
        remote.before = nullptr;
        a.reopen();
        a.connect(remote);
        a.refresh_until_done();
      } else {
        const Value report = a.host().json("verify", R"({"connection":1,"deep":true})");
        CHECK(listed(report, "damaged") == 1);
        CHECK(count(report, "repaired") == 1);
      }
      CHECK(remote.get(path)->size() > half.size());
      CHECK(documents_at(remote, kind) == a.documents());
      a.host().pass(10'000);
      CHECK(status_of(a.host(), "safe") == "true");
    }
  }
}

TEST_CASE("safe turns false when something is found to be lost", "[verify]") {
  Remote remote("x", "0.24");
  Device a(options_of({"0.24", true}, 1));
  publish_three(a, remote);
  REQUIRE(status_of(a.host(), "safe") == "true");
  remote.set(remote.car_path(CarKind::kData, cars_of(a)[2]), std::nullopt);
  a.host().news.clear();
  (void)a.host().json("verify", R"({"connection":1})");
  const auto& news = a.host().news;
  CHECK(std::any_of(news.begin(), news.end(), [](const command::Notify& each) {
    return each.type == "status" && each.json.find(R"("safe":false)") != std::string::npos;
  }));
  CHECK(was_told(a.host(), "corrupt-car"));
}

TEST_CASE("a connection with nothing to do finds a loss by itself", "[verify]") {
  for (const char* format : {"0.24", "0.14"}) {
    INFO(format);
    const Kind kind{format, false};
    Remote remote("x", format);
    Storage storage;
    Host host(storage, options_of(kind, 1));
    host.attach(remote, 1);
    host.json("write", put_of("one", 1));
    (void)host.begin(
        "connect", R"({"connection":1,"remote":"r","mode":"sync","conditional":true,"poll":5000})");
    CHECK(host.call("synced", R"({"connection":1})"));
    const Cid car = host.engine().record().sealed.front().front();
    host.pass(3'600'000);
    remote.set(remote.car_path(CarKind::kData, car), std::nullopt);
    host.pass(2 * 3'600'000);
    CHECK(remote.get(remote.car_path(CarKind::kData, car)));
    CHECK(was_told(host, "corrupt-car"));
    CHECK(status_of(host, "safe") == "true");
  }
}

TEST_CASE("a meta that was cut or emptied is written whole again by who was there before",
          "[verify]") {
  for (const Kind& kind : kKinds) {
    for (const bool empty : {false, true}) {
      INFO(name_of(kind) << (empty ? ", empty" : ", cut"));
      Remote remote("x", kind.format);
      Device a(options_of(kind, 1));
      publish_three(a, remote);
      Bytes meta = *remote.get(remote.meta_path());
      meta.resize(empty ? 0 : meta.size() / 2);
      remote.set(remote.meta_path(), std::move(meta));
      const int cars = remote.cars_put;
      (void)a.refresh();
      a.refresh_until_done();
      CHECK(documents_at(remote, kind) == a.documents());
      CHECK(remote.cars_put == cars);  // they are still there
      CHECK(status_of(a.host(), "safe") == "true");
    }
  }
}

TEST_CASE("a device that never was at a remote leaves a meta alone that it cannot read",
          "[verify]") {
  Remote remote("x", "0.24");
  remote.set(remote.meta_path(), copy_of(as_bytes("[{")));
  Device a(options_of({"0.24", true}, 1));
  a.put("one", "1");
  a.connect(remote);
  const auto error = a.refresh();
  REQUIRE(error);
  CHECK(error->code == ErrorCode::kCorruptMeta);
  CHECK(as_text(*remote.get(remote.meta_path())) == "[{");
}

TEST_CASE("a remote that goes back to an older state is told, and gets what it lacks", "[verify]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Remote remote("x", kind.format);
    Device a(options_of(kind, 1));
    a.connect(remote);
    a.put("one", "1");
    a.refresh_until_done();
    const Remote older = remote;
    a.put("two", "2");
    a.refresh_until_done();
    CHECK_FALSE(was_told(a.host(), "rolled-back"));
    remote = older;
    a.refresh_until_done();
    CHECK(was_told(a.host(), "rolled-back"));
    CHECK(documents_at(remote, kind) == a.documents());
    a.host().pass(10'000);
    CHECK(status_of(a.host(), "safe") == "true");
  }
}

}  // namespace fireproof::test
