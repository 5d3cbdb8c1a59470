// Two devices that filled the same new database before they met: whoever comes second writes again on the history that is
// there, and nothing is lost, in whatever order the steps happen and wherever one of them stops.
#include <iostream>

#include "documents/commit.hpp"
#include "ipld/dag_cbor.hpp"
#include "support/catch.hpp"
#include "support/first_writers.hpp"

namespace fireproof::test {
namespace {

constexpr Kind kFirst[] = {{"0.14", false}, {"0.14", true}, {"0.24", true}};

void fill(Device& device, const std::string& name) {
  device.put("both", "by " + name);
  device.put(name, "1");
  device.put(name, "2");
  device.put("gone", "soon");
  device.remove("gone");
}

// Where both wrote a document, both values are in the history; which one is shown depends on who came second.
void check_documents(Device& device) {
  CHECK(text_of(device, "a") == "2");
  CHECK(text_of(device, "b") == "2");
  const std::string both = text_of(device, "both");
  CHECK((both == "by a" || both == "by b"));
  CHECK(text_of(device, "gone") == "-");
}

}  // namespace

TEST_CASE("the second of two first writers writes again on the history of the first", "[first]") {
  for (const Kind& kind : kFirst) {
    INFO(name_of(kind));
    Remote remote("x", kind.format);
    Device a(own_key(kind, 1));
    Device b(own_key(kind, 2));
    fill(a, "a");
    fill(b, "b");
    b.put("only-b", "here");
    b.remove("never-there");
    a.connect(remote);
    a.refresh_until_done();
    b.connect(remote);
    settle({&b, &a});
    check_documents(a);
    if (std::string(kind.format) == "0.14") {
      CHECK(text_of(a, "both") == "by b");  // local values win where a device rebases
      CHECK(rebased(b).times == 1);
      // The tombstone of `gone` is written because the remote knows the id, that of `never-there` is not.
      CHECK(rebased(b).ids == "b both gone only-b");
      CHECK(rebased(a).times == 0);
      CHECK(a.host().json("changes").find<List>("rows")->size() == 5);
    }
    check_agreement(kind, remote, {&a, &b});
  }
}

TEST_CASE("first writers end with everything, whatever the order of their steps", "[first]") {
  int cases = 0;
  for (const Kind& kind : kFirst) {
    for (const bool conditional : {true, false}) {
      // Every way to lay the steps of two devices between each other: put, connect, reopen, refresh.
      for (unsigned order = 0; order < 256; ++order) {
        if (__builtin_popcount(order) != 4) continue;
        const bool by_half = kind.is_public && (order & 1U) != 0;  // keys are the harder kind
        if (by_half) continue;
        INFO(name_of(kind) << (conditional ? ", conditions" : ", no conditions") << ", order "
                           << order);
        Remote remote("x", kind.format);
        if (!conditional) remote.set_conditions(Condition::kIgnored);
        Device a(own_key(kind, 1));
        Device b(own_key(kind, 2));
        int done_a = 0;
        int done_b = 0;
        const auto step = [&](Device& device, const std::string& name, int& done) {
          switch (done++) {
            case 0:
              return fill(device, name);
            case 1:
              return device.connect(remote, conditional);
            case 2:
              device.reopen();
              return device.connect(remote, conditional);
            default:
              (void)device.refresh();
          }
        };
        for (unsigned at = 0; at < 8; ++at) {
          if ((order >> at & 1U) != 0) {
            step(a, "a", done_a);
          } else {
            step(b, "b", done_b);
          }
        }
        settle({&a, &b});
        check_documents(a);
        check_agreement(kind, remote, {&a, &b});
        ++cases;
      }
    }
  }
  std::cout << "first writers, orders of steps: " << cases << " cases\n";
}

TEST_CASE("two that write to an empty remote at the same moment both keep everything", "[first]") {
  for (const Kind& kind : kFirst) {
    // Conditions are honoured; the connector cannot make any; the remote ignores them.
    for (const int mode : {0, 1, 2}) {
      const bool conditional = mode != 1;
      const bool honoured = mode == 0;
      for (const bool larger_first : {true, false}) {
        INFO(name_of(kind) << (conditional ? ", conditions" : ", no conditions")
                           << (honoured ? "" : ", not honoured"));
        Remote remote("x", kind.format);
        if (!honoured) remote.set_conditions(Condition::kIgnored);
        Device a(own_key(kind, 1));
        Device b(own_key(kind, 2));
        fill(a, "a");
        fill(b, "b");
        Device& first = larger_first ? a : b;
        Device& second = larger_first ? b : a;
        // The second looks, and before it writes its meta the first has done all of that.
        bool meanwhile = false;
        const std::string meta = remote.meta_path();
        int looks = 0;
        remote.before = [&](const std::string& path) -> std::optional<Error> {
          if (meanwhile || path != meta || ++looks != 2) return std::nullopt;
          meanwhile = true;
          first.connect(remote, conditional);
          (void)first.refresh();
          return std::nullopt;
        };
        second.connect(remote, conditional);
        (void)second.refresh();
        CHECK(meanwhile);
        remote.before = nullptr;
        settle({&first, &second});
        check_documents(a);
        check_agreement(kind, remote, {&a, &b});
      }
    }
  }
}

TEST_CASE("a meta of a history that gave way, come late, is replaced", "[first]") {
  for (const Kind& kind : kFirst) {
    INFO(name_of(kind));
    Remote remote("x", kind.format);
    remote.set_conditions(Condition::kIgnored);
    Device a(own_key(kind, 1));
    Device b(own_key(kind, 2));
    fill(a, "a");
    fill(b, "b");
    // Neither hears what became of its first meta. That of one is under way for long.
    std::vector<Bytes> metas;
    bool drops = true;
    remote.after = [&](const std::string& path) -> std::optional<Error> {
      if (path != remote.meta_path()) return std::nullopt;
      metas.push_back(*remote.get(path));
      if (drops) remote.set(path, std::nullopt);
      return Error{ErrorCode::kTimeout, "injected", false};
    };
    a.connect(remote, false);
    (void)a.refresh();
    drops = false;
    b.connect(remote, false);
    (void)b.refresh();
    remote.after = nullptr;
    REQUIRE(metas.size() >= 2);
    settle({&b, &a});
    check_documents(a);
    const bool a_gave_way = std::string(kind.format) == "0.14" && rebased(a).times == 1;
    if (a_gave_way) remote.set(remote.meta_path(), metas.front());
    settle({&a, &b});
    check_documents(a);
    check_agreement(kind, remote, {&a, &b});
    if (std::string(kind.format) == "0.14") CHECK(a_gave_way);
  }
}

TEST_CASE("a rebase that stops at any commit goes on when the database is opened again",
          "[first]") {
  int cases = 0;
  for (const Kind& kind : kFirst) {
    for (const bool done : {false, true}) {
      for (std::uint64_t commit = 0;; ++commit) {
        INFO(name_of(kind) << (done ? ", after commit " : ", before commit ") << commit);
        Remote remote("x", kind.format);
        Device a(own_key(kind, 1));
        Device b(own_key(kind, 2));
        fill(a, "a");
        fill(b, "b");
        a.connect(remote);
        a.refresh_until_done();
        const std::uint64_t stop = b.host().commits + commit;
        (done ? b.host().stop_after : b.host().stop_before) = stop;
        bool stopped = false;
        try {
          b.connect(remote);
          b.refresh_until_done();
        } catch (const PowerLoss&) {
          stopped = true;
        }
        b.reopen();
        CHECK(text_of(b, "b") == "2");
        CHECK(text_of(b, "both") == "by b");
        b.connect(remote);
        settle({&b, &a});
        check_documents(a);
        check_agreement(kind, remote, {&a, &b});
        ++cases;
        if (!stopped) break;
      }
    }
  }
  std::cout << "first writers, crashes: " << cases << " cases\n";
}

TEST_CASE("what is written while a device rebases is written again too", "[first]") {
  const Kind kind = kFirst[0];
  for (const bool in_other_tab : {false, true}) {
    for (int at = 0; at < 6; ++at) {
      INFO("request or commit " << at << (in_other_tab ? ", other tab" : ""));
      Remote remote("x", kind.format);
      Device a(own_key(kind, 1));
      fill(a, "a");
      a.connect(remote);
      a.refresh_until_done();
      Storage storage;
      EngineOptions options = own_key(kind, 2);
      options.seal_after = SIZE_MAX;
      Host tab(storage, options);
      tab.json("write", put_of("early", 1));
      options.entropy[1] = 77;
      Host other(storage, options);
      other.json("ready");
      Host& writer = in_other_tab ? other : tab;
      int count = 0;
      bool written = false;
      tab.before_commit = [&] {
        if (count++ != at || written) return;
        written = true;
        writer.begin("write", put_of("late", 2));
        if (in_other_tab) writer.run();
      };
      tab.attach(remote, 1);
      tab.json("connect", R"({"connection":1,"remote":"remote","mode":"sync","conditional":true})");
      for (int n = 0; n < 4; ++n) {
        (void)tab.call("refresh", R"({"connection":1})");
        other.run();
      }
      tab.before_commit = nullptr;
      if (!written) writer.json("write", put_of("late", 2));
      tab.run();
      CHECK(tab.call("refresh", R"({"connection":1})"));
      other.run();
      a.refresh_until_done();
      for (Host* host : {&tab, &other, &a.host()}) {
        const std::string all = *host->call("allDocs");
        CHECK(all.find("early") != std::string::npos);
        CHECK(all.find("late") != std::string::npos);
        CHECK(all.find("\"a\"") != std::string::npos);
      }
      CHECK(*tab.call("allDocs") == *a.host().call("allDocs"));
      int events = 0;
      for (const command::Notify& news : other.news) events += news.type == "rebased" ? 1 : 0;
      CHECK(events == 1);  // the other tab hears of it too
    }
  }
}

TEST_CASE("histories that a remote has confirmed do not give way", "[first]") {
  const Kind kind{"0.14", true};
  Remote here("x", kind.format);
  Remote there("x", kind.format);
  Device a(own_key(kind, 1));
  Device b(own_key(kind, 2));
  fill(a, "a");
  fill(b, "b");
  a.connect(here);
  a.refresh_until_done();
  b.connect(there);
  b.refresh_until_done();
  b.reopen();
  b.connect(here);
  const std::string documents = b.documents();
  const auto meta = here.get(here.meta_path());
  const auto error = b.refresh();
  REQUIRE(error);
  CHECK(error->code == ErrorCode::kUnrelatedHistory);
  CHECK(b.documents() == documents);
  CHECK(here.get(here.meta_path()) == meta);
  CHECK(rebased(b).times == 0);
}

TEST_CASE("with an empty and a filled remote, the filled one gives the history", "[first]") {
  for (const Kind& kind : kFirst) {
    for (const bool empty_first : {true, false}) {
      INFO(name_of(kind) << (empty_first ? ", empty first" : ", filled first"));
      Remote empty("x", kind.format);
      Remote filled("x", kind.format);
      Device a(own_key(kind, 1));
      fill(a, "a");
      a.connect(filled);
      a.refresh_until_done();
      Device b(own_key(kind, 2));
      fill(b, "b");
      Host& host = b.host();
      host.attach(empty_first ? empty : filled, 1);
      host.attach(empty_first ? filled : empty, 2);
      for (const char* number : {"1", "2"}) {
        host.begin("connect", std::string(R"({"connection":)") + number + R"(,"remote":"r)" +
                                  number + R"(","mode":"sync","conditional":true})");
      }
      for (int n = 0; n < 3; ++n) {
        for (const char* number : {"1", "2"})
          CHECK(host.call("refresh", std::string(R"({"connection":)") + number + "}"));
      }
      a.refresh_until_done();
      check_documents(a);
      CHECK(a.documents() == b.documents());
      check_agreement(kind, empty, {});
      Device c(own_key(kind, 3));
      c.connect(empty);
      CHECK(!c.refresh());
      CHECK(c.documents() == a.documents());
    }
  }
}

TEST_CASE("a record of a version before rebases is read", "[first]") {
  LocalRecord record;
  record.format = "0.14";
  record.rebase = RebaseMark{};
  record.dropped = {{}};
  for (const bool knows_a_remote : {false, true}) {
    if (knows_a_remote) record.remotes["r"].offered = {genesis_commit().heads.front().event};
    const auto again = LocalRecord::decode(record.encode());
    REQUIRE(again);
    CHECK(again->provisional);
    CHECK(again->rebase == record.rebase);
    CHECK(again->dropped == record.dropped);
    CHECK(again->remotes == record.remotes);
    Value older = *dag_cbor::decode(record.encode());
    std::erase_if(*older.get<Map>(), [](const auto& member) {
      return member.first == "provisional" || member.first == "rebase" || member.first == "dropped";
    });
    const auto read = LocalRecord::decode(dag_cbor::encode(older));
    REQUIRE(read);
    CHECK(read->provisional != knows_a_remote);
    CHECK_FALSE(read->rebase);
    CHECK(read->dropped.empty());
  }
}

}  // namespace fireproof::test
