// Remotes that observe conditions, ignore them, or refuse requests that have some.
#include <algorithm>

#include "support/catch.hpp"
#include "support/device.hpp"

namespace fireproof::test {
namespace {

EngineOptions options_of(const std::string& format, std::uint8_t device, char key = '7') {
  EngineOptions options;
  options.format = format;
  options.key = std::string(format == "0.24" ? 32 : 64, key);
  options.entropy[0] = device;
  return options;
}

std::string status_of(Device& device, const std::string& member) {
  for (auto news = device.host().news.rbegin(); news != device.host().news.rend(); ++news) {
    if (news->type != "status") continue;
    const std::size_t at = news->json.find("\"" + member + "\":") + member.size() + 3;
    return news->json.substr(at, news->json.find_first_of(",}", at) - at);
  }
  return {};
}

const std::vector<Condition>& all_conditions() {
  static const std::vector<Condition> all{Condition::kHonoured, Condition::kIgnored,
                                          Condition::kUnsupported};
  return all;
}

}  // namespace

TEST_CASE("what a remote makes of conditions is found out at the first push, and remembered",
          "[conditions]") {
  for (const char* format : {"0.24", "0.14"}) {
    for (const Condition absent : all_conditions()) {
      for (const Condition match : all_conditions()) {
        INFO(format << ": " << condition_name(absent) << ", " << condition_name(match));
        Remote remote("x", format);
        remote.absent = absent;
        remote.match = match;
        Device a(options_of(format, 1));
        a.connect(remote);
        CHECK(status_of(a, "conditional") == "\"unknown\"");
        a.put("one", "1");
        a.refresh_until_done();
        a.refresh_until_done();
        const std::string expected =
            "\"" + std::string(condition_name(Conditions{absent, match, 0}.both())) + "\"";
        if (absent != Condition::kUnsupported) {
          CHECK(status_of(a, "conditional") == expected);
          CHECK(remote.probes == 1);
        } else {
          CHECK(status_of(a, "conditional") == "\"unsupported\"");
        }
        CHECK(status_of(a, "safe") == "true");
        const int probes = remote.probes;
        a.put("two", "2");
        a.refresh_until_done();
        a.reopen();
        a.connect(remote);
        a.put("three", "3");
        a.refresh_until_done();
        a.refresh_until_done();
        CHECK(remote.probes == probes);
        CHECK(status_of(a, "safe") == "true");
        Device fresh(options_of(format, 2));
        fresh.connect(remote);
        fresh.refresh_until_done();
        CHECK(fresh.documents() == a.documents());
      }
    }
  }
}

// The host refuses probes with a CAR that is not there.
TEST_CASE("a remote is probed with a CAR that it has, also while another connection seals",
          "[conditions]") {
  for (std::uint8_t seed = 0; seed < 40; ++seed) {
    INFO("seed " << int(seed));
    Remote one("x", "0.24");
    Remote two("x", "0.24");
    Device a(options_of("0.24", seed));
    a.connect(one, true, 1);
    a.connect(two, true, 2);
    a.put("large", std::string(2000, 'x'));
    Random random(seed);
    a.host().hold();
    for (const char* connection : {"1", "2"}) {
      a.host().begin("refresh", std::string(R"({"connection":)") + connection + "}");
      for (std::uint64_t steps = random.below(30); steps > 0; --steps) a.host().step(random);
      a.host().begin("write", R"({"docs":[{"_id":"small"}]})");
    }
    while (a.host().step(random)) continue;
    a.host().let_go();
    for (const char* connection : {"1", "2"}) {
      const std::string which = std::string(R"({"connection":)") + connection + "}";
      REQUIRE(a.host().call("refresh", which));
      CHECK(status_of(a, "conditional") == "\"honoured\"");
      CHECK(status_of(a, "safe") == "true");
      CHECK(status_of(a, "pending") == R"({"cars":0)");
    }
    CHECK(one.probes == 1);
    CHECK(two.probes == 1);
  }
}

TEST_CASE("a remote is probed again after a day, and after a probe that failed", "[conditions]") {
  Remote remote("x", "0.24");
  Device a(options_of("0.24", 1));
  a.connect(remote);
  a.put("one", "1");
  bool failing = true;
  remote.before = [&](const std::string&) -> std::optional<Error> {
    if (!failing || remote.probes != 1) return std::nullopt;
    failing = false;
    return Error{ErrorCode::kServer, "injected", false, {}};
  };
  a.refresh_until_done();
  CHECK(status_of(a, "conditional") == "\"unknown\"");
  a.put("two", "2");
  a.refresh_until_done();
  CHECK(remote.probes == 2);
  CHECK(status_of(a, "conditional") == "\"honoured\"");
  remote.set_conditions(Condition::kIgnored);  // as when a bucket becomes versioned
  a.host().pass(23 * 3600 * 1000.0);
  a.put("three", "3");
  a.refresh_until_done();
  CHECK(remote.probes == 2);
  a.host().pass(2 * 3600 * 1000.0);
  a.put("four", "4");
  a.refresh_until_done();
  CHECK(remote.probes == 3);
  CHECK(status_of(a, "conditional") == "\"ignored\"");
}

TEST_CASE("where conditions are not observed, a write is safe only when it was read back",
          "[conditions]") {
  for (const char* format : {"0.24", "0.14"}) {
    INFO(format);
    Remote remote("x", format);
    remote.set_conditions(Condition::kIgnored);
    Device a(options_of(format, 1));
    Device b(options_of(format, 2));
    a.connect(remote);
    a.put("base", "0");
    a.refresh_until_done();
    CHECK(status_of(a, "safe") == "false");
    a.host().pass(2001);
    CHECK(status_of(a, "safe") == "true");
    b.connect(remote);
    b.refresh_until_done();
    const auto before = remote.get(remote.meta_path());
    a.put("mine", "a");
    a.refresh_until_done();
    remote.set(remote.meta_path(), before);  // somebody else overwrites it
    CHECK(status_of(a, "safe") == "false");
    a.host().pass(4002);  // sees that, publishes again, and looks again
    CHECK(status_of(a, "safe") == "true");
    b.refresh_until_done();
    CHECK(b.documents() == a.documents());
  }
}

TEST_CASE("an encrypted CAR of another key is not overwritten where conditions are ignored",
          "[conditions]") {
  Remote remote("x", "0.24");
  remote.set_conditions(Condition::kIgnored);
  Device a(options_of("0.24", 1));
  Device b(options_of("0.24", 2, '8'));
  a.put("same", "document");
  b.put("same", "document");
  a.connect(remote);
  a.refresh_until_done();
  CHECK(remote.looks == 1);
  const auto meta = remote.get(remote.meta_path());
  remote.set(remote.meta_path(), std::nullopt);  // so that nothing warns b but the CAR itself
  const int cars = remote.cars_put;
  b.connect(remote);
  const auto error = b.refresh();
  REQUIRE(error);
  CHECK(error->code == ErrorCode::kKeyMismatch);
  CHECK(remote.cars_put == cars);
  CHECK(status_of(b, "safe") == "false");
  remote.set(remote.meta_path(), meta);
  Device fresh(options_of("0.24", 3));
  fresh.connect(remote);
  fresh.refresh_until_done();
  CHECK(fresh.documents() == a.documents());
}

TEST_CASE(
    "a remote that does not know its own ETag again is told, and written to without conditions",
    "[conditions]") {
  for (const char* format : {"0.24", "0.14"}) {
    INFO(format);
    Remote remote("x", format);
    Device a(options_of(format, 1));
    a.connect(remote);
    a.put("one", "1");
    a.refresh_until_done();
    remote.rewrites_etags = true;
    a.put("two", "2");
    a.host().pass(120'000);
    CHECK(status_of(a, "safe") == "true");
    CHECK(status_of(a, "conditional") == "\"unsupported\"");
    const auto& news = a.host().news;
    CHECK(std::any_of(news.begin(), news.end(), [](const command::Notify& each) {
      return each.type == "error" &&
             each.json.find("ETags cannot be relied on") != std::string::npos;
    }));
    Device fresh(options_of(format, 2));
    fresh.connect(remote);
    fresh.refresh_until_done();
    CHECK(fresh.documents() == a.documents());
  }
}

TEST_CASE("a host's clock that goes back or far ahead stops nothing", "[conditions]") {
  Remote remote("x", "0.24");
  Device a(options_of("0.24", 1));
  a.connect(remote);
  for (const Time jump : {-86'400'000.0, 31'536'000'000.0, -900'000.0}) {
    a.host().jump(jump);
    a.put("one", "jumped by " + std::to_string(jump));
    a.host().pass(5000);
    CHECK(status_of(a, "safe") == "true");
  }
}

}  // namespace fireproof::test
