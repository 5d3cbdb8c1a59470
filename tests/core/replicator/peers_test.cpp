// Engines that hear of each other by nothing but peer sessions.
#include <algorithm>

#include "ipld/json.hpp"
#include "support/catch.hpp"
#include "support/peer_net.hpp"
#include "support/writing.hpp"

namespace fireproof::test {
namespace {

std::size_t count(const Host& host, const std::string& type) {
  return static_cast<std::size_t>(
      std::count_if(host.news.begin(), host.news.end(), [&](const command::Notify& news) {
        return news.connection == kPeerConnection && news.type == type;
      }));
}

std::string last(const Host& host, const std::string& type) {
  std::string json;
  for (const command::Notify& news : host.news) {
    if (news.connection == kPeerConnection && news.type == type) json = news.json;
  }
  return json;
}

std::string error_of(const Host& host) { return last(host, "error"); }

}  // namespace

TEST_CASE("what one engine writes, its peer has without any remote", "[peers]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Device a(options_of(kind, 1));
    Device b(options_of(kind, 2));
    PeerNet net;
    net.join(a.host());
    net.join(b.host());
    net.run(500);
    a.put("one", "by a");
    net.run(500);
    CHECK(b.documents().find("by a") != std::string::npos);
    b.put("two", "by b");
    b.remove("one");
    net.run(500);
    CHECK(a.documents() == b.documents());
    CHECK(a.clock() == b.clock());
    CHECK(a.documents().find("by b") != std::string::npos);
    CHECK(error_of(a.host()).empty());
    CHECK(error_of(b.host()).empty());
    // Opened again, without the other: it was stored.
    const std::string documents = b.documents();
    net.leave(b.host());
    b.reopen();
    CHECK(b.documents() == documents);
  }
}

TEST_CASE("a put is at the peer after one frame in each direction, and no timer", "[peers]") {
  Device a(options_of(kKinds[1], 1));
  Device b(options_of(kKinds[1], 2));
  PeerNet net;
  net.join(a.host());
  net.join(b.host());
  a.put("zero", "before");
  net.run(5000);
  net.frames = 0;
  a.put("one", "by a");
  net.run();
  CHECK(b.documents().find("by a") != std::string::npos);
  // From a: what it holds, what it announces. From b: what it holds by then.
  CHECK(net.frames == 3);
}

TEST_CASE("engines that were apart merge, and seal nothing for each other after it", "[peers]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Device a(options_of(kind, 1));
    Device b(options_of(kind, 2));
    Device c(options_of(kind, 3));
    PeerNet net;
    for (Device* device : {&a, &b, &c}) net.join(device->host());
    a.put("zero", "common");
    net.run(1000);
    for (Device* device : {&a, &b, &c}) net.leave(device->host());
    a.put("one", "by a");
    b.put("two", "by b");
    c.put("three", "by c");
    for (Device* device : {&a, &b, &c}) device->reopen();
    PeerNet again;
    for (Device* device : {&a, &b, &c}) again.join(device->host());
    again.run(3000);
    CHECK(a.documents() == b.documents());
    CHECK(a.documents() == c.documents());
    CHECK(a.clock() == c.clock());
    for (const char* text : {"common", "by a", "by b", "by c"})
      CHECK(a.documents().find(text) != std::string::npos);
    const std::size_t frames = again.frames;
    const std::uint64_t commits = a.host().commits;
    again.run(10'000);
    CHECK(again.frames == frames);
    CHECK(a.host().commits == commits);
  }
}

TEST_CASE("a large database and an attachment come from a peer in chunks", "[peers]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written a(options_of(kind, 1));
    a.host.json("write", bulk_of(0, 400, 2000));
    a.host.json("compact");
    Written b(options_of(kind, 2));
    PeerNet net;
    net.join(a.host);
    net.join(b.host);
    net.run(1000);
    CHECK(a.documents() == b.documents());
    CHECK(net.bytes > 800'000);
    CHECK(error_of(b.host).empty());
  }
}

TEST_CASE("in 0.14 one of two first writers gives way, and keeps what it wrote", "[peers]") {
  for (std::uint8_t seed = 1; seed < 5; ++seed) {
    EngineOptions options = options_of(kKinds[3], seed);
    Device a(options);
    Device b(options_of(kKinds[3], static_cast<std::uint8_t>(seed + 10)));
    a.put("one", "by a");
    b.put("two", "by b");
    PeerNet net;
    net.join(a.host());
    net.join(b.host());
    net.run(2000);
    CHECK(a.documents() == b.documents());
    CHECK(a.clock() == b.clock());
    CHECK(a.documents().find("by a") != std::string::npos);
    CHECK(a.documents().find("by b") != std::string::npos);
    b.put("three", "after it");
    net.run(1000);
    CHECK(a.documents().find("after it") != std::string::npos);
  }
}

TEST_CASE("a member with another key, format or name is not told anything", "[peers]") {
  Device a(options_of(kKinds[1], 1));
  a.put("one", "secret");
  PeerNet net;
  std::vector<Bytes> frames;
  net.on_frame = [&](PeerNet::Frame& frame) {
    frames.push_back(frame.bytes);
    return true;
  };
  net.join(a.host());
  SECTION("another key") {
    EngineOptions options = options_of(kKinds[1], 2);
    options.key = std::string(32, '1');
    Device b(options);
    net.join(b.host());
    net.run(100);
    CHECK(error_of(a.host()).find("key-mismatch") != std::string::npos);
    CHECK(error_of(b.host()).find("key-mismatch") != std::string::npos);
    CHECK(b.documents().find("secret") == std::string::npos);
  }
  SECTION("another format") {
    Device b(options_of(kKinds[3], 2));
    net.join(b.host());
    net.run(100);
    CHECK(error_of(b.host()).find("unsupported-format") != std::string::npos);
  }
  SECTION("no key") {
    EngineOptions options = options_of(kKinds[1], 2);
    options.key.clear();
    Device b(options);
    net.join(b.host());
    net.run(100);
    CHECK(error_of(b.host()).find("key-missing") != std::string::npos);
  }
  for (const Bytes& frame : frames) CHECK(frame[0] == 0);  // nothing was sealed
}

TEST_CASE("members of a public database know its name", "[peers]") {
  Device a(options_of(kKinds[0], 1));
  Device b(options_of(kKinds[0], 2));
  PeerNet net;
  net.join(a.host(), "sync", false, "x");
  net.join(b.host(), "sync", false, "y");
  net.run(100);
  CHECK(error_of(a.host()).find("key-mismatch") != std::string::npos);
}

TEST_CASE("the key of 0.14, which its meta holds, crosses in no frame that can be read",
          "[peers]") {
  Device a(options_of(kKinds[3], 1));
  Device b(options_of(kKinds[3], 2));
  const std::string key = options_of(kKinds[3]).key;
  const SecretKey secret = *SecretKey::parse(key, 32);
  PeerNet net;
  bool seen = false;
  net.on_frame = [&](PeerNet::Frame& frame) {
    const std::string_view text = as_text(frame.bytes);
    seen = seen || text.find(key) != std::string_view::npos ||
           text.find(as_text(secret.bytes())) != std::string_view::npos;
    return true;
  };
  net.join(a.host());
  net.join(b.host());
  a.put("one", "by a");
  net.run(1000);
  CHECK(b.documents().find("by a") != std::string::npos);
  CHECK(!seen);
}

TEST_CASE("a session that is cut at any frame loses nothing", "[peers]") {
  for (const Kind& kind : {kKinds[1], kKinds[3]}) {
    INFO(name_of(kind));
    for (std::size_t at = 0; at < 40; ++at) {
      INFO("cut before frame " << at);
      Device a(options_of(kind, 1));
      Device b(options_of(kind, 2));
      PeerNet net;
      net.join(a.host());
      net.join(b.host());
      a.host().json("write", bulk_of(0, 100, 3000));
      std::size_t handed = 0;
      while (handed < at && net.step()) {
        ++handed;
        a.host().pass(0);
        b.host().pass(0);
      }
      b.put("meanwhile", "by b");
      net.cut(a.host(), b.host());
      net.meet(a.host(), b.host());
      net.run(3000);
      CHECK(a.documents() == b.documents());
      CHECK(a.clock() == b.clock());
    }
  }
}

TEST_CASE("values go to all members, and are stored by none", "[peers]") {
  Device a(options_of(kKinds[1], 1));
  Device b(options_of(kKinds[1], 2));
  Device c(options_of(kKinds[1], 3));
  PeerNet net;
  for (Device* device : {&a, &b, &c}) net.join(device->host());
  net.run(100);
  const std::uint64_t commits = b.host().commits;
  a.host().json("send", R"({"connection":7,"value":"{\"cursor\":[1,2]}"})");
  net.run(100);
  for (Device* device : {&b, &c}) {
    const Value message = *json::parse(last(device->host(), "message"));
    CHECK(json::parse(R"({"cursor":[1,2]})") == *message.find("value"));
    CHECK(message.find<std::string>("from")->size() == 32);
  }
  CHECK(count(a.host(), "message") == 0);
  CHECK(b.host().commits == commits);
  const std::string large(33'000, '7');
  const auto refused = a.host().call("send", R"({"connection":7,"value":")" + large + "\"}");
  CHECK(refused.error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("peers are listed with what they hold; one that keeps it makes it safe", "[peers]") {
  Device a(options_of(kKinds[1], 1));
  Device b(options_of(kKinds[1], 2));
  Device keeper(options_of(kKinds[1], 3));
  PeerNet net;
  net.join(a.host());
  net.join(b.host());
  a.put("one", "by a");
  net.run(1000);
  const auto safe = [&] {
    a.host().json("pull", R"({"connection":7})");
    return last(a.host(), "status").find(R"("safe":true)") != std::string::npos;
  };
  Value peers = *json::parse(last(a.host(), "peers"));
  REQUIRE(peers.get<List>()->size() == 1);
  CHECK(*peers.get<List>()->front().find<std::string>("kind") == "live");
  CHECK(peers.get<List>()->front().find<List>("held")->size() == 1);
  CHECK(!safe());
  net.join(keeper.host(), "sync", true);
  net.run(1000);
  peers = *json::parse(last(a.host(), "peers"));
  CHECK(peers.get<List>()->size() == 2);
  CHECK(safe());
  net.leave(keeper.host());
  net.run(100);
  CHECK(json::parse(last(a.host(), "peers"))->get<List>()->size() == 1);
  CHECK(!safe());
}

TEST_CASE("a connection that only pulls announces nothing, one that only pushes takes nothing",
          "[peers]") {
  Device a(options_of(kKinds[1], 1));
  Device b(options_of(kKinds[1], 2));
  a.put("one", "by a");
  b.put("two", "by b");
  PeerNet net;
  net.join(a.host(), "pull");
  net.join(b.host(), "push");
  net.run(1000);
  CHECK(a.documents().find("by b") != std::string::npos);
  CHECK(b.documents().find("by a") == std::string::npos);
}

TEST_CASE("a look waits for what peers have, and not for those who never say", "[peers]") {
  Device a(options_of(kKinds[1], 1));
  Device b(options_of(kKinds[1], 2));
  a.put("one", "by a");
  PeerNet net;
  net.join(a.host());
  net.join(b.host());
  bool silent = false;
  net.on_frame = [&](PeerNet::Frame&) { return !silent; };
  SECTION("it answers") {
    const CallId call = b.host().begin("synced", R"({"connection":7})");
    b.host().run();
    CHECK(b.host().answer(call) == nullptr);
    net.run(100);
    REQUIRE(b.host().answer(call) != nullptr);
    CHECK(b.documents().find("by a") != std::string::npos);
  }
  SECTION("it does not") {
    silent = true;
    net.run(20'000);
    const CallId call = b.host().begin("synced", R"({"connection":7})");
    net.run(4000);
    REQUIRE(b.host().answer(call) != nullptr);
    CHECK(last(b.host(), "peers") == "[]");  // left: no proof came in time
  }
}

TEST_CASE("while peers cannot be reached a connection is offline, and goes on by itself",
          "[peers]") {
  Device a(options_of(kKinds[1], 1));
  PeerNet net;
  net.join(a.host());
  a.host().tell(input::PeerLink{kPeerConnection, Error{ErrorCode::kOffline, "no way", false, {}}});
  a.host().run();
  CHECK(last(a.host(), "status").find(R"("state":"offline")") != std::string::npos);
  a.host().tell(input::PeerLink{kPeerConnection, {}});
  a.host().run();
  CHECK(last(a.host(), "status").find(R"("state":"idle")") != std::string::npos);
}

}  // namespace fireproof::test
