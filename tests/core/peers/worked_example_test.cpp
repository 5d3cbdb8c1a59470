// The frames of docs/peer-protocol.md are those that two sessions exchange.
#include <sstream>

#include "peers/peer_session.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/hex.hpp"
#include "support/paths.hpp"

namespace fireproof::test {
namespace {

using namespace peer;

// Writes down what it sends, and keeps it for the other side.
struct Speaker : PeerSession::Owner {
  Speaker(std::string name, std::uint8_t id, std::uint8_t nonce, std::vector<std::string>& written)
      : name_(std::move(name)), written_(written) {
    const SecretKey key = *SecretKey::parse("000102030405060708090a0b0c0d0e0f", 16);
    session =
        std::make_unique<PeerSession>(*this, 1,
                                      PeerSession::Self{"0.24", secret_of_key(key, "0.24"),
                                                        Bytes(kIdSize, id), Bytes(kIdSize, nonce)},
                                      0);
  }
  void send_frame(PeerId, Bytes frame) override {
    written_.push_back(name_ + " " + to_hex(frame));
    frames.push_back(std::move(frame));
  }
  void session_opened(PeerSession&) override {}
  void session_changed(PeerSession&, bool) override {}
  void read_stored(PeerSession& from, std::uint32_t number, const Want&, std::uint32_t,
                   std::uint32_t) override {
    from.take_read(number, copy_of(as_bytes("a CAR")));
  }
  void want_ended(PeerSession&, std::uint32_t, std::optional<Bytes>) override {}
  void want_advanced(PeerSession&, std::uint32_t, std::size_t) override {}
  void value_received(PeerSession&, Bytes) override {}
  void session_ended(PeerSession&, const Bye&) override {}

  void hand_to(Speaker& other) {
    for (Bytes& frame : std::exchange(frames, {})) other.session->receive(std::move(frame), 0);
  }

  std::unique_ptr<PeerSession> session;
  std::vector<Bytes> frames;

 private:
  std::string name_;
  std::vector<std::string>& written_;
};

std::vector<std::string> example() {
  std::vector<std::string> written;
  Speaker a("a", 0x11, 0xaa, written);
  Speaker b("b", 0x22, 0xbb, written);
  a.hand_to(b);
  b.hand_to(a);
  a.hand_to(b);
  b.hand_to(a);
  const Cid car = cid_of(codec::kCar24, as_bytes("a CAR"));
  a.session->tell_held({cid_of(codec::kDagCbor, as_bytes("an event"))});
  a.session->announce({copy_of(as_bytes("[]")), true, {}});
  a.hand_to(b);
  (void)b.session->want(CarKind::kData, car, 0);
  b.hand_to(a);
  a.hand_to(b);
  (void)b.session->send_value(as_bytes("{\"x\":1}"));
  b.session->end("closed", "the connection was closed");
  return written;
}

}  // namespace

TEST_CASE("the worked example of the protocol's page is what sessions say", "[peers]") {
  const std::string page = read_text(source_path("docs/peer-protocol.md"));
  const std::size_t start = page.find("```hex\n");
  REQUIRE(start != std::string::npos);
  std::istringstream block(page.substr(start + 7, page.find("```", start + 7) - start - 7));
  std::vector<std::string> lines;
  for (std::string line; std::getline(block, line);) lines.push_back(line);
  CHECK(lines == example());
}

}  // namespace fireproof::test
