// One session against another, or against frames that nobody should send.
#include "peers/peer_session.hpp"

#include <deque>
#include <map>

#include "support/catch.hpp"
#include "support/hex.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

using namespace peer;

Cid cid(std::uint8_t n) { return cid_of(codec::kRaw, Bytes{n}); }

// An owner that keeps what it is told, and has CARs.
struct Side : PeerSession::Owner {
  explicit Side(std::uint8_t id, std::uint8_t key = 7, std::string format = "0.24")
      : self{std::move(format), SecretKey(Bytes(32, key)), Bytes(kIdSize, id), Bytes(kIdSize, id)} {
  }

  void send_frame(PeerId, Bytes frame) override {
    queued += frame.size();
    frames.push_back(std::move(frame));
  }
  void session_opened(PeerSession&) override { opened = true; }
  void session_changed(PeerSession&, bool) override { ++changes; }
  void read_stored(PeerSession& from, std::uint32_t number, const Want& want, std::uint32_t offset,
                   std::uint32_t size) override {
    largest_read = std::max<std::size_t>(largest_read, size);
    const auto at = cars.find(want.car.text());
    if (at == cars.end()) return from.take_read(number, std::nullopt);
    ByteView bytes = at->second;
    bytes = bytes.subspan(std::min<std::size_t>(offset, bytes.size()));
    from.take_read(number, copy_of(bytes.first(std::min<std::size_t>(size, bytes.size()))));
  }
  void want_ended(PeerSession&, std::uint32_t want, std::optional<Bytes> bytes) override {
    ended[want] = std::move(bytes);
  }
  void want_advanced(PeerSession&, std::uint32_t, std::size_t) override {}
  void value_received(PeerSession&, Bytes value) override { values.push_back(std::move(value)); }
  void session_ended(PeerSession&, const Bye& bye) override {
    CHECK(!reason);
    reason = bye;
  }
  void start(Time now = 0) { session = std::make_unique<PeerSession>(*this, 1, self, now); }

  PeerSession::Self self;
  std::unique_ptr<PeerSession> session;
  std::deque<Bytes> frames;
  std::size_t queued = 0;
  std::size_t largest_read = 0;
  std::map<std::string, Bytes> cars;
  std::map<std::uint32_t, std::optional<Bytes>> ended;
  std::vector<Bytes> values;
  int changes = 0;
  bool opened = false;
  std::optional<Bye> reason;
};

void exchange(Side& a, Side& b, Time now = 0) {
  while (!a.frames.empty() || !b.frames.empty()) {
    for (auto [from, to] : {std::pair(&a, &b), std::pair(&b, &a)}) {
      if (from->frames.empty()) continue;
      Bytes frame = std::move(from->frames.front());
      from->frames.pop_front();
      to->session->receive(std::move(frame), now);
    }
  }
}

struct Pair {
  Side a{1};
  Side b{2};
  Pair() {
    a.start();
    b.start();
    exchange(a, b);
  }
};

// Speaks for the other side with its keys, as a hostile member could.
class Hostile {
 public:
  explicit Hostile(Side& victim) : victim_(victim) {
    victim.start();
    const Bytes hello =
        encode(Hello{kVersion, kVersion, "0.24", self_.engine, self_.nonce, kLargestFrame, false});
    const ByteView theirs = ByteView(victim.frames.front()).subspan(1);
    const Meeting meeting(self_.engine, hello, victim.self.engine, theirs);
    plain(hello);
    plain(encode(Proof{copy_of(proof_of(self_.secret, self_.engine, meeting).bytes())}));
    sends_.emplace(frame_key_of(self_.secret, self_.engine, meeting));
    REQUIRE(victim.opened);
    victim.frames.clear();
    victim.queued = 0;
  }
  void plain(ByteView message) {
    Bytes frame{0};
    frame.append(message);
    victim_.session->receive(std::move(frame), 0);
  }
  void sealed(ByteView message) {
    Bytes frame{1};
    sends_->seal(message, frame);
    victim_.session->receive(std::move(frame), 0);
  }
  void say(const Message& message) { sealed(encode(message)); }

 private:
  Side& victim_;
  PeerSession::Self self_ = Side(9).self;
  std::optional<FrameCipher> sends_;
};

}  // namespace

TEST_CASE("two sessions prove the key to each other, and exchange what they have", "[peers]") {
  Pair pair;
  REQUIRE(pair.a.opened);
  REQUIRE(pair.b.opened);
  pair.a.session->tell_held({cid(1)});
  pair.a.session->announce({Bytes{1, 2}, true, {{cid(3), Bytes{4}}}});
  CHECK(pair.a.session->send_value(Bytes{5}));
  exchange(pair.a, pair.b);
  CHECK(pair.b.session->held() == std::vector<Cid>{cid(1)});
  CHECK(pair.b.session->record() == Bytes{1, 2});
  CHECK(pair.b.session->is_settled());
  CHECK(*pair.b.session->beside(cid(3)) == Bytes{4});
  CHECK(pair.b.session->beside(cid(4)) == nullptr);
  CHECK(pair.b.values == std::vector<Bytes>{Bytes{5}});
  pair.a.session->end("closed", "enough");
  exchange(pair.a, pair.b);
  CHECK(pair.b.reason->text == "enough");
  CHECK(pair.b.session->has_ended());
}

TEST_CASE("CARs of any size come whole, in the order asked, and those that are not there as none",
          "[peers]") {
  Pair pair;
  Bytes large(3'000'000);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<std::uint8_t>(i * 7);
  const std::size_t chunk = kLargestFrame - 96;
  pair.a.cars = {{cid(1).text(), large},
                 {cid(2).text(), Bytes{}},
                 {cid(3).text(), Bytes(chunk, 3)},
                 {cid(4).text(), Bytes(chunk + 1, 4)}};
  std::map<std::uint8_t, std::uint32_t> wants;
  for (std::uint8_t n = 1; n <= 5; ++n) wants[n] = *pair.b.session->want(CarKind::kData, cid(n), 0);
  exchange(pair.a, pair.b);
  for (std::uint8_t n = 1; n <= 4; ++n)
    CHECK(pair.b.ended.at(wants[n]) == pair.a.cars[cid(n).text()]);
  CHECK(pair.b.ended.at(wants[5]) == std::nullopt);
  CHECK(pair.a.largest_read <= kLargestFrame);
  CHECK(!pair.a.reason);
  CHECK(!pair.b.reason);
}

TEST_CASE("a want that was cancelled is not told of, and does not stop the next", "[peers]") {
  Pair pair;
  pair.a.cars = {{cid(1).text(), Bytes(1'000'000, 1)}, {cid(2).text(), Bytes{2}}};
  const std::uint32_t first = *pair.b.session->want(CarKind::kData, cid(1), 0);
  const std::uint32_t second = *pair.b.session->want(CarKind::kData, cid(2), 0);
  for (int i = 0; i < 3; ++i) {  // two chunks are on their way
    while (!pair.b.frames.empty()) {
      pair.a.session->receive(std::move(pair.b.frames.front()), 0);
      pair.b.frames.pop_front();
    }
  }
  pair.b.session->cancel(first);
  exchange(pair.a, pair.b);
  CHECK(!pair.b.ended.contains(first));
  CHECK(pair.b.ended.at(second) == Bytes{2});
  CHECK(pair.b.session->wants() == 0);
}

TEST_CASE("a peer that asks for everything and reads nothing costs a window of bytes", "[peers]") {
  Pair pair;
  pair.a.cars = {{cid(1).text(), Bytes(5'000'000, 1)}};
  pair.a.queued = 0;
  for (std::size_t i = 0; i < kMaxWants; ++i)
    REQUIRE(pair.b.session->want(CarKind::kData, cid(1), 0));
  CHECK(!pair.b.session->want(CarKind::kData, cid(1), 0));
  while (!pair.b.frames.empty()) {
    pair.a.session->receive(std::move(pair.b.frames.front()), 0);
    pair.b.frames.pop_front();
  }
  for (int i = 0; i < 2000; ++i) {
    pair.a.session->announce({Bytes(500), true, {{cid(1), Bytes(40'000)}}});
    pair.a.session->tell_held({cid(static_cast<std::uint8_t>(i))});
    (void)pair.a.session->send_value(Bytes(100));
  }
  CHECK(pair.a.queued <= kWindow);
  CHECK(pair.a.queued > kWindow / 2);
  // When it reads at last, it gets what it asked for, and the newest announcement.
  exchange(pair.a, pair.b);
  CHECK(pair.b.ended.size() == kMaxWants);
  CHECK(pair.b.session->held() == std::vector<Cid>{cid(static_cast<std::uint8_t>(1999))});
}

TEST_CASE("who has another key, format or version, or is the same engine, is not let in",
          "[peers]") {
  const auto end_of = [](Side&& a, Side&& b) {
    a.start();
    b.start();
    exchange(a, b);
    CHECK(!(a.opened && b.opened));
    CHECK(a.session->has_ended());
    CHECK(b.session->has_ended());
    return a.reason->code;
  };
  CHECK(end_of(Side(1), Side(2, 8)) == "proof");
  CHECK(end_of(Side(1), Side(2, 7, "0.14")) == "format");
  CHECK(end_of(Side(1), Side(1)) == "self");
  Side victim(1);
  victim.start();
  Bytes frame{0};
  Hello hello{2, 3, "0.24", Bytes(kIdSize, 2), Bytes(kIdSize, 2), kLargestFrame, false};
  SECTION("version") {
    frame.append(encode(hello));
    victim.session->receive(frame, 0);
    CHECK(victim.reason->code == "version");
  }
  SECTION("frames that are too small") {
    hello.oldest = 1;
    hello.frame = 100;
    frame.append(encode(hello));
    victim.session->receive(frame, 0);
    CHECK(victim.reason->code == "frame");
  }
  SECTION("a proof that was heard from it") {
    hello.oldest = 1;
    frame.append(encode(hello));
    victim.session->receive(frame, 0);
    victim.session->receive(victim.frames.back(), 0);
    CHECK(victim.reason->code == "proof");
  }
}

TEST_CASE("frames that were changed, repeated, moved or lost end a session", "[peers]") {
  for (int how = 0; how < 4; ++how) {
    INFO(how);
    Pair pair;
    pair.a.session->tell_held({cid(1)});
    pair.a.session->announce({Bytes{1}, true, {}});
    REQUIRE(pair.a.frames.size() == 2);
    Bytes first = pair.a.frames[0];
    const Bytes second = pair.a.frames[1];
    if (how == 0) first[5] ^= 1;
    if (how == 1) pair.b.session->receive(first, 0);
    if (how == 2) first = second;
    if (how == 3) first.resize(first.size() - 1);
    pair.b.session->receive(first, 0);
    CHECK(pair.b.reason->code == "malformed");
  }
}

TEST_CASE("what a member may not say ends its session, and nothing else", "[peers]") {
  Side victim(1);
  Hostile hostile(victim);
  std::string code = "malformed";
  SECTION("no DAG-CBOR") { hostile.sealed(Bytes{0xff}); }
  SECTION("no message") { hostile.sealed(Bytes{0xa0}); }
  SECTION("a second hello") {
    hostile.plain(encode(Hello{1, 1, "0.24", Bytes(16), Bytes(16), 65536, false}));
  }
  SECTION("a sealed hello") {
    hostile.say(Hello{1, 1, "0.24", Bytes(16), Bytes(16), 65536, false});
  }
  SECTION("a plain want") { hostile.plain(encode(Want{1, CarKind::kData, cid(1)})); }
  SECTION("a chunk that nobody wants") { hostile.say(Chunk{1, Bytes{1}, false}); }
  SECTION("none of what nobody wants") { hostile.say(None{1}); }
  SECTION("credit for nothing") {
    code = "credit";
    hostile.say(Credit{1});
  }
  SECTION("too many wants") {
    code = "wants";
    victim.cars = {{cid(1).text(), Bytes(1'000'000)}};
    for (std::size_t i = 0; i < 200; ++i)
      hostile.say(Want{static_cast<std::uint32_t>(i), CarKind::kData, cid(1)});
    CHECK(victim.queued <= kWindow + 100);
  }
  SECTION("a frame that is too large") { victim.session->receive(Bytes(kLargestFrame + 1), 0); }
  SECTION("an empty frame") { victim.session->receive(Bytes{}, 0); }
  SECTION("a frame of another kind") { victim.session->receive(Bytes{2, 0}, 0); }
  REQUIRE(victim.reason);
  CHECK(victim.reason->code == code);
  const std::size_t frames = victim.frames.size();
  hostile.say(Held{});
  CHECK(victim.frames.size() == frames);
}

TEST_CASE("messages survive being written and read, and no bytes do harm", "[peers]") {
  const std::vector<Message> all{Hello{1, 2, "0.14", Bytes(16, 1), Bytes(16, 2), 9000, true},
                                 Proof{Bytes(32, 1)},
                                 Meta{Bytes{1}, true, {{cid(1), Bytes{2}}, {cid(2), Bytes{}}}},
                                 Want{7, CarKind::kFile, cid(1)},
                                 Cancel{7},
                                 Chunk{7, Bytes{1, 2}, true},
                                 None{8},
                                 Credit{1'000'000},
                                 Held{{cid(1), cid(2)}},
                                 Ephemeral{Bytes{1}},
                                 Bye{"closed", "enough"}};
  Random random(1);
  for (const Message& message : all) {
    const Bytes bytes = encode(message);
    const auto decoded = decode(bytes);
    REQUIRE(decoded);
    CHECK(decoded->index() == message.index());
    CHECK(encode(*decoded) == bytes);
    for (int n = 0; n < 2000; ++n) {
      Bytes changed = bytes;
      const std::size_t times = 1 + random.below(4);
      for (std::size_t i = 0; i < times; ++i)
        changed[random.below(changed.size())] = static_cast<std::uint8_t>(random.below(256));
      if (random.below(3) == 0) changed.resize(random.below(changed.size()));
      if (const auto again = decode(changed)) CHECK(decode(encode(*again)));
    }
  }
}

TEST_CASE("a session that stays silent ends, one that has nothing to say does not", "[peers]") {
  Side alone(1);
  alone.start();
  alone.session->wake(kHandshakeTime - 1);
  CHECK(!alone.reason);
  alone.session->wake(kHandshakeTime);
  CHECK(alone.reason->code == "timeout");

  Pair pair;
  Time now = 0;
  for (; now < 600'000; now += 1000) {
    pair.a.session->wake(now);
    pair.b.session->wake(now);
    exchange(pair.a, pair.b, now);
  }
  CHECK(!pair.a.reason);
  REQUIRE(pair.a.session->want(CarKind::kData, cid(1), now));
  pair.a.session->wake(now + kAnswerTime - 1);
  CHECK(!pair.a.reason);
  pair.a.session->wake(now + kAnswerTime);
  CHECK(pair.a.reason->code == "timeout");
}

}  // namespace fireproof::test
