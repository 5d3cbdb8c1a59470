// Objects that a remote refuses although it can be reached.
#include "replicator/refusals.hpp"
#include "support/catch.hpp"
#include "support/device.hpp"

namespace fireproof::test {
namespace {

EngineOptions options_of(const std::string& format, std::uint8_t device) {
  EngineOptions options;
  options.format = format;
  options.key = std::string(format == "0.24" ? 32 : 64, '7');
  options.entropy[0] = device;
  return options;
}

Error refusal() { return {ErrorCode::kServer, "400, injected", true, {}}; }

const std::string& last_status(Device& device) {
  for (auto news = device.host().news.rbegin(); news != device.host().news.rend(); ++news) {
    if (news->type == "status") return news->json;
  }
  throw std::runtime_error("no status");
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void put_with_file(Device& device, const std::string& id, Bytes content) {
  std::vector<Bytes> blobs;
  blobs.push_back(std::move(content));
  const auto written = device.host().call(
      "write",
      R"({"docs":[{"_id":")" + id + R"(","_files":{"f":null}}],"patches":[)" +
          R"({"path":[0,"_files","f"],"file":{"blob":0,"type":"text/plain","lastModified":0}}]})",
      std::move(blobs));
  REQUIRE(written);
}

}  // namespace

TEST_CASE("a CAR that is refused again and again is sealed anew with the next write",
          "[refusals]") {
  for (const char* format : {"0.24", "0.14"}) {
    for (const int older : {0, 2}) {
      INFO(format << ", " << older << " groups before it");
      Remote remote("x", format);
      Device a(options_of(format, 1));
      a.connect(remote);
      for (int n = 0; n < older; ++n) {
        a.put("older" + std::to_string(n), "x");
        a.refresh_until_done();
      }
      std::string refused;
      int refusals = 0;
      remote.before = [&](const std::string& path) -> std::optional<Error> {
        if (!contains(path, "data/") || remote.get(path)) return std::nullopt;
        if (refused.empty()) refused = path;
        if (path != refused) return std::nullopt;
        ++refusals;
        return refusal();
      };
      a.put("one", "1");
      const int metas = remote.metas_put;
      a.host().pass(120'000);
      CHECK(refusals >= Refusals::kFinal);
      CHECK(refusals <= Refusals::kFinal + 5);  // less and less often
      const int before_next_write = refusals;
      CHECK(remote.metas_put == metas);
      CHECK(contains(last_status(a), R"("safe":false)"));
      a.put("two", "2");
      a.host().pass(120'000);
      CHECK(refusals == before_next_write);
      CHECK(contains(last_status(a), R"("safe":true)"));
      CHECK_FALSE(remote.get(refused));
      Device fresh(options_of(format, 2));
      fresh.connect(remote);
      fresh.refresh_until_done();
      CHECK(fresh.documents() == a.documents());
      // What replaced it is an ordinary part of the log from then on.
      remote.before = nullptr;
      fresh.put("three", "3");
      fresh.refresh_until_done();
      a.refresh_until_done();
      CHECK(fresh.documents() == a.documents());
      a.reopen();
      CHECK(fresh.documents() == a.documents());
    }
  }
}

TEST_CASE("a refused CAR at one remote stays readable at another", "[refusals]") {
  for (const char* format : {"0.24", "0.14"}) {
    INFO(format);
    Remote strict("x", format);
    Remote other("x", format);
    Device a(options_of(format, 1));
    a.connect(other);
    a.connect(strict, true, 2);
    a.put("base", "0");
    a.host().pass(5000);
    std::string refused;
    strict.before = [&](const std::string& path) -> std::optional<Error> {
      if (!contains(path, "data/") || strict.get(path)) return std::nullopt;
      if (refused.empty()) refused = path;
      return path == refused ? std::optional<Error>(refusal()) : std::nullopt;
    };
    a.put("one", "1");
    a.host().pass(120'000);
    CHECK(other.get(refused));
    a.put("two", "2");
    a.host().pass(120'000);
    for (Remote* remote : {&strict, &other}) {
      Device fresh(options_of(format, 3));
      fresh.connect(*remote);
      fresh.refresh_until_done();
      CHECK(fresh.documents() == a.documents());
    }
    Device both(options_of(format, 4));
    both.connect(other);
    both.connect(strict, true, 2);
    both.host().pass(10'000);
    CHECK(both.documents() == a.documents());
  }
}

TEST_CASE("an attachment that is refused for good is parked and stops nothing", "[refusals]") {
  for (const char* format : {"0.24", "0.14"}) {
    INFO(format);
    Remote remote("x", format);
    Device a(options_of(format, 1));
    a.connect(remote);
    int offers = 0;
    remote.before = [&](const std::string& path) -> std::optional<Error> {
      if (!contains(path, "file/")) return std::nullopt;
      ++offers;
      return refusal();
    };
    put_with_file(a, "with file", Bytes(1000, 1));
    a.put("plain", "1");
    a.host().pass(120'000);
    CHECK(offers >= Refusals::kFinal);
    CHECK(offers <= Refusals::kFinal + 5);
    CHECK(remote.metas_put >= 1);
    CHECK(contains(last_status(a), R"("safe":false)"));
    CHECK_FALSE(contains(last_status(a), R"("parked":[])"));
    Device fresh(options_of(format, 2));
    fresh.connect(remote);
    fresh.refresh_until_done();
    CHECK(fresh.documents() == a.documents());
    // Asked for explicitly, it is offered once more.
    const int offers_before = offers;
    a.refresh_until_done();
    CHECK(offers == offers_before + 1);
    remote.before = nullptr;
    a.refresh_until_done();
    CHECK(contains(last_status(a), R"("safe":true)"));
    CHECK(contains(last_status(a), R"("parked":[])"));
  }
}

// A captive portal, a proxy that is being deployed: for a while everything that is sent is refused as if for good.
TEST_CASE("what was refused while somebody stood in the way is sent when the way is free",
          "[refusals]") {
  for (const char* format : {"0.24", "0.14"}) {
    INFO(format);
    Remote remote("x", format);
    Device a(options_of(format, 1));
    a.connect(remote);
    a.put("before", "1");
    a.refresh_until_done();
    remote.before = [&](const std::string& path) -> std::optional<Error> {
      return remote.get(path) ? std::nullopt : std::optional(refusal());
    };
    put_with_file(a, "with file", Bytes(1000, 1));
    a.host().pass(20'000);
    CHECK(contains(last_status(a), R"("safe":false)"));
    CHECK_FALSE(contains(last_status(a), R"("retryAt":null)"));
    remote.before = nullptr;
    a.host().pass(30'000);
    CHECK(contains(last_status(a), R"("safe":true)"));
    CHECK(contains(last_status(a), R"("parked":[])"));
  }
}

TEST_CASE("a write ends the wait after a failure, once", "[refusals]") {
  Remote remote("x", "0.24");
  Device a(options_of("0.24", 1));
  a.connect(remote);
  a.put("before", "1");
  a.refresh_until_done();
  remote.before = [](const std::string&) {
    return std::optional(Error{ErrorCode::kOffline, "no network", false, {}});
  };
  a.put("first", "1");
  a.host().pass(600'000);  // waits grow to a minute
  remote.requests = 0;
  a.put("second", "1");
  a.host().pass(100);
  CHECK(remote.requests == 1);
  a.put("third", "1");
  a.host().pass(100);
  CHECK(remote.requests == 1);
}

}  // namespace fireproof::test
