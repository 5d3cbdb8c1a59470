// What `synced()` waits for: that the remote's head of its moment is applied here, and the local head of its moment held there.
#include <array>

#include "support/catch.hpp"
#include "support/device.hpp"
#include "support/first_writers.hpp"
#include "support/writing.hpp"

namespace fireproof::test {
namespace {

constexpr std::array<Condition, 3> kConditions{Condition::kHonoured, Condition::kIgnored,
                                               Condition::kUnsupported};

const std::string kOne = R"({"connection":1})";

bool is_done(Device& device, CallId call) { return device.host().answer(call) != nullptr; }

// Whether a new device finds the document at a remote, as it is now.
bool leads_to(const Remote& remote, const Kind& kind, const std::string& id) {
  Remote copy = remote;
  copy.after = copy.before = nullptr;
  Device fresh(options_of(kind, 77));
  fresh.connect(copy);
  fresh.refresh_until_done();
  return text_of(fresh, id) != "-";
}

std::optional<Error> once(bool& armed, bool matches, ErrorCode code) {
  if (!matches || !std::exchange(armed, false)) return std::nullopt;
  return Error{code, "injected", false, {}};
}

}  // namespace

TEST_CASE(
    "synced() waits until what was written is confirmed, or read back where no condition is kept",
    "[synced]") {
  for (const Kind& kind : kKinds) {
    for (const Condition condition : kConditions) {
      for (const bool conditional : {true, false}) {
        INFO(name_of(kind) << ", " << condition_name(condition)
                           << (conditional ? "" : ", unasked"));
        const bool honoured = conditional && condition == Condition::kHonoured;
        Remote remote("x", kind.format);
        remote.set_conditions(condition);
        Device a(options_of(kind, 1));
        a.connect(remote, conditional);
        a.put("mine", "1");
        const CallId synced = a.host().begin("synced", kOne);
        a.host().pass(499);
        CHECK(remote.metas_put == 1);
        CHECK(is_done(a, synced) == honoured);
        CHECK(is_safe(a) == honoured);
        const int requests = remote.requests;
        a.host().pass(1502);
        CHECK(is_done(a, synced));
        CHECK(is_safe(a));
        CHECK(remote.requests - requests == (honoured ? 0 : 1));  // the look that was due anyway
        // A call that comes while the meta settles waits for the same look.
        a.put("mine", "2");
        a.host().pass(1001);
        const bool settled = is_safe(a);
        const int before = remote.requests;
        const CallId late = a.host().begin("synced", kOne);
        a.host().run();
        CHECK(is_done(a, late) == settled);
        a.host().pass(1002);
        CHECK(is_done(a, late));
        CHECK(remote.requests - before == 1);
        CHECK(remote.metas_put == 2);
      }
    }
  }
}

TEST_CASE("synced() is not told of a meta that was overwritten before it was read back",
          "[synced]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Remote remote("x", kind.format);
    remote.set_conditions(Condition::kIgnored);
    Device a(options_of(kind, 1));
    a.connect(remote);
    a.put("base", "0");
    a.host().pass(10'000);
    const auto before = remote.get(remote.meta_path());
    const int metas = remote.metas_put;
    constexpr int kOverwritten = 3;
    remote.after = [&](const std::string& path) -> std::optional<Error> {
      if (path == remote.meta_path() && remote.metas_put <= metas + kOverwritten)
        remote.set(path, before);
      return std::nullopt;
    };
    a.put("mine", "1");
    const CallId synced = a.host().begin("synced", kOne);
    while (remote.metas_put <= metas + kOverwritten) {
      REQUIRE_FALSE(is_done(a, synced));
      a.host().pass(1);
    }
    CHECK_FALSE(is_done(a, synced));  // it stays this time, and that is not known yet
    a.host().pass(2001);
    CHECK(is_done(a, synced));
    CHECK(remote.metas_put == metas + kOverwritten + 1);
    CHECK(leads_to(remote, kind, "mine"));
  }
}

TEST_CASE("synced() is answered while others keep writing, for what was written before it",
          "[synced]") {
  for (const Kind& kind : {kKinds[1], kKinds[2]}) {
    for (const Condition condition : kConditions) {
      for (const Time gap : {40.0, 700.0}) {
        INFO(name_of(kind) << ", " << condition_name(condition) << ", a write every " << gap
                           << " ms");
        Remote remote("x", kind.format);
        remote.set_conditions(condition);
        Device a(options_of(kind, 1));
        a.connect(remote);
        int writes = 0;
        const auto write_for = [&](Time span) {
          for (const Time end = a.host().now() + span; a.host().now() < end; a.host().pass(gap)) {
            a.put("d" + std::to_string(writes % 5), std::to_string(writes));
            ++writes;
          }
        };
        write_for(1000);
        a.put("mine", "1");
        const CallId synced = a.host().begin("synced", kOne);
        const Time called = a.host().now();
        const int before = writes;
        while (!is_done(a, synced) && a.host().now() < called + 10'000) write_for(gap);
        REQUIRE(is_done(a, synced));
        CHECK(a.host().now() <=
              called + 4000 + 2 * gap);  // a gap between pushes, and one look after it
        CHECK(writes > before);
        CHECK(leads_to(remote, kind, "mine"));
      }
    }
  }
}

// Writes come at the worst moments: between what a round asks the remote and what it seals, and between its seal and its meta.
TEST_CASE("synced() is answered although commits overtake every seal", "[synced]") {
  for (const Kind& kind : kKinds) {
    for (const bool merges : {false, true}) {
      for (const std::string at : {"meta/", "data/"}) {
        INFO(name_of(kind) << ", " << at << (merges ? ", with another device" : ""));
        Remote remote("x", kind.format);
        Device a(options_of(kind, 1));
        Device b(options_of(kind, 2));
        a.connect(remote);
        a.put("base", "0");
        a.refresh_until_done();
        b.connect(remote);
        b.refresh_until_done();
        int writes = 0;
        Device* writing = &a;
        remote.before = [&](const std::string& path) -> std::optional<Error> {
          if (!path.starts_with(at) || !writing || writes == 400) return std::nullopt;
          (void)writing->host().begin("write", put_of("d" + std::to_string(++writes % 5), 1));
          return std::nullopt;
        };
        a.put("mine", "1");
        const CallId synced = a.host().begin("synced", kOne);
        for (int n = 0; n < 40 && !is_done(a, synced); ++n) {
          a.host().pass(500);
          if (!merges || n % 3 != 0) continue;
          writing = nullptr;
          b.put("theirs", std::to_string(n));
          b.refresh_until_done();
          CHECK(leads_to(remote, kind, "theirs"));
          writing = &a;
        }
        writing = nullptr;
        CHECK(writes > 0);
        CHECK(writes < 400);
        REQUIRE(is_done(a, synced));
        CHECK(leads_to(remote, kind, "mine"));
        if (merges) CHECK(leads_to(remote, kind, "theirs"));
      }
    }
  }
}

TEST_CASE("each synced() is answered for its own moment", "[synced]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Remote remote("x", kind.format);
    Device a(options_of(kind, 1));
    a.connect(remote);
    CallId first = 0;
    CallId second = 0;
    int looks = 0;
    remote.before = [&](const std::string& path) -> std::optional<Error> {
      if (path != remote.meta_path()) {
        if (second != 0) return std::nullopt;
        // The push of the first write is on its way.
        (void)a.host().begin("write", R"({"docs":[{"_id":"later","text":"2"}]})");
        second = a.host().begin("synced", kOne);
      } else if (remote.metas_put == 1) {
        ++looks;
        CHECK(is_done(a, first));
        CHECK_FALSE(is_done(a, second));
      }
      return std::nullopt;
    };
    a.put("mine", "1");
    first = a.host().begin("synced", kOne);
    a.host().pass(2000);
    CHECK(looks >= 2);
    CHECK(is_done(a, second));
    CHECK(remote.metas_put == 2);
    CHECK(leads_to(remote, kind, "later"));
  }
}

TEST_CASE("a stored meta whose answer is lost is found by the next look, and not written again",
          "[synced]") {
  for (const Kind& kind : kKinds) {
    for (const Condition condition : kConditions) {
      INFO(name_of(kind) << ", " << condition_name(condition));
      Remote remote("x", kind.format);
      remote.set_conditions(condition);
      Device a(options_of(kind, 1));
      a.connect(remote);
      a.put("base", "0");
      a.host().pass(10'000);
      const int metas = remote.metas_put;
      bool armed = true;
      remote.after = [&](const std::string& path) {
        return once(armed, path == remote.meta_path(), ErrorCode::kTimeout);
      };
      a.put("mine", "1");
      const CallId synced = a.host().begin("synced", kOne);
      a.host().run();
      CHECK_FALSE(armed);
      CHECK_FALSE(is_done(a, synced));
      CHECK_FALSE(is_safe(a));
      a.host().pass(3000);
      CHECK(is_done(a, synced));
      CHECK(is_safe(a));
      CHECK(remote.metas_put == metas + 1);
      CHECK(leads_to(remote, kind, "mine"));
    }
  }
}

TEST_CASE("synced() of one remote does not wait for another", "[synced]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Remote up("x", kind.format);
    Remote down("x", kind.format);
    bool is_down = true;
    Device a(options_of(kind, 1));
    a.connect(up, true, 1);
    a.connect(down, true, 2);
    a.host().pass(100);
    down.before = [&](const std::string&) -> std::optional<Error> {
      if (!is_down) return std::nullopt;
      return Error{ErrorCode::kOffline, "injected", false, {}};
    };
    a.put("mine", "1");
    const CallId first = a.host().begin("synced", kOne);
    const CallId second = a.host().begin("synced", R"({"connection":2})");
    a.host().pass(600'000);
    CHECK(is_done(a, first));
    CHECK_FALSE(is_done(a, second));  // a failure that is tried again
    is_down = false;
    a.host().pass(61'000);
    REQUIRE(is_done(a, second));
    CHECK(a.host().answer(second)->json);
    CHECK(leads_to(up, kind, "mine"));
    CHECK(leads_to(down, kind, "mine"));
  }
}

TEST_CASE("synced() of a connection that only pulls, or mainly pushes", "[synced]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Remote remote("x", kind.format);
    Device b(options_of(kind, 2));
    b.connect(remote);
    b.put("theirs", "1");
    b.refresh_until_done();
    const int metas = remote.metas_put;
    for (const std::string mode : {"pull", "push"}) {
      Device a(options_of(kind, 1));
      a.put("mine", "1");
      a.host().attach(remote, 1);
      (void)a.host().call("connect", R"({"connection":1,"remote":"r","mode":")" + mode +
                                         R"(","conditional":true})");
      if (std::string(kind.format) == "0.14" && mode == "pull") {
        // Histories that never met: the one here is exchanged, and nothing is sent.
        a.host().pass(1000);
      }
      CHECK(a.host().call("synced", kOne));
      CHECK(text_of(a, "theirs") == "1");
      CHECK(text_of(a, "mine") == "1");
      CHECK(leads_to(remote, kind, "mine") == (mode == "push"));
      CHECK(remote.metas_put == metas + (mode == "push" ? 1 : 0));
    }
  }
}

TEST_CASE("synced() waits while paused, and fails when the connection closes or cannot go on",
          "[synced]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Remote remote("x", kind.format);
    Device a(options_of(kind, 1));
    a.connect(remote);
    a.put("mine", "1");
    a.host().json("pause", kOne);
    const CallId paused = a.host().begin("synced", kOne);
    a.host().pass(3'600'000);
    CHECK_FALSE(is_done(a, paused));
    a.host().json("resume", kOne);
    a.host().pass(1000);
    CHECK(is_done(a, paused));
    CHECK(leads_to(remote, kind, "mine"));

    remote.before = [](const std::string&) -> std::optional<Error> {
      return Error{ErrorCode::kUnauthorized, "injected", false, {}};
    };
    a.put("mine", "2");
    const CallId waits = a.host().begin("synced", kOne);
    a.host().pass(600'000);
    CHECK_FALSE(is_done(a, waits));  // credentials may be given anew
    a.host().json("disconnect", kOne);
    REQUIRE(is_done(a, waits));
    CHECK(a.host().answer(waits)->json.error().code == ErrorCode::kClosed);
  }
  // Without polling nothing would end the wait for another key.
  Remote remote("x", "0.14");
  Device a(options_of(Kind{"0.14", false}, 1));
  a.connect(remote);
  a.put("mine", "1");
  a.refresh_until_done();
  EngineOptions other = options_of(Kind{"0.14", false}, 2);
  other.key = std::string(64, '9');
  Device b(other);
  b.connect(remote);
  b.put("other", "1");
  const auto refused = b.host().call("synced", kOne);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kKeyMismatch);
}

TEST_CASE("synced() waits for attachments, but not for one that the remote refuses for good",
          "[synced]") {
  for (const Kind& kind : kKinds) {
    for (const bool refuses : {false, true}) {
      INFO(name_of(kind) << (refuses ? ", refused" : ""));
      Remote remote("x", kind.format);
      Device a(options_of(kind, 1));
      a.connect(remote);
      a.host().pass(100);
      int offers = 0;
      remote.before = [&](const std::string& path) -> std::optional<Error> {
        if (!path.starts_with("file/")) return std::nullopt;
        if (++offers > 3 && !refuses) return std::nullopt;
        return Error{ErrorCode::kServer, "injected", refuses, {}};
      };
      std::vector<Bytes> content;
      content.emplace_back(1000, 1);
      REQUIRE(a.host().call(
          "write",
          R"({"docs":[{"_id":"mine","text":"1","_files":{"f":null}}],"patches":[)"
          R"({"path":[0,"_files","f"],"file":{"blob":0,"type":"text/plain","lastModified":0}}]})",
          std::move(content)));
      const CallId synced = a.host().begin("synced", kOne);
      a.host().pass(300'000);
      CHECK(is_done(a, synced));
      CHECK(is_safe(a) == !refuses);
      CHECK(offers >= (refuses ? 3 : 4));
      CHECK(offers <= (refuses ? 9 : 4));  // less and less often
      CHECK(leads_to(remote, kind, "mine"));
    }
  }
}

TEST_CASE(
    "synced() that began on a history which was exchanged waits for the one that took its place",
    "[synced]") {
  const Kind kind{"0.14", true};
  for (const Condition condition : kConditions) {
    INFO(condition_name(condition));
    Remote remote("x", kind.format);
    remote.set_conditions(condition);
    Device a(options_of(kind, 1));
    Device b(options_of(kind, 2));
    a.put("theirs", "1");
    a.connect(remote);
    a.host().pass(10'000);
    b.put("mine", "1");
    b.host().attach(remote, 1);
    (void)b.host().begin("connect",
                         R"({"connection":1,"remote":"r","mode":"sync","conditional":true})");
    const CallId synced = b.host().begin("synced", kOne);
    b.host().pass(10'000);
    REQUIRE(is_done(b, synced));
    CHECK(rebased(b).times == 1);
    CHECK(leads_to(remote, kind, "mine"));
    CHECK(leads_to(remote, kind, "theirs"));
  }
}

}  // namespace fireproof::test
