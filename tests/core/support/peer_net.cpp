#include "support/peer_net.hpp"

#include <algorithm>

namespace fireproof::test {

void PeerNet::join(Host& host, const std::string& mode, bool keeps, const std::string& database) {
  host.on_peer_send = [this, &host](const command::PeerSend& sent) {
    const auto way = ways_.find({&host, sent.peer});
    if (way == ways_.end()) return;
    queue_.push_back({{&host, way->second.other, sent.bytes}, way->second.other_peer});
  };
  host.on_peer_close = [this, &host](const command::PeerClose& closed) {
    close(host, closed.peer, false);
  };
  host.json("connect", R"({"connection":7,"remote":"tab x","peers":true,"mode":")" + mode +
                           R"(","database":")" + database + R"(","keeps":)" +
                           (keeps ? "true}" : "false}"));
  host.tell(input::PeerLink{kPeerConnection, {}});
  host.run();
  for (Host* other : std::vector<Host*>(hosts_)) meet(*other, host);
  hosts_.push_back(&host);
}

void PeerNet::leave(Host& host) {
  std::erase(hosts_, &host);
  for (Host* other : hosts_) cut(host, *other);
  host.on_peer_send = nullptr;
  host.on_peer_close = nullptr;
}

void PeerNet::meet(Host& a, Host& b) {
  const PeerId first = next_++;
  const PeerId second = next_++;
  ways_[{&a, first}] = {&a, &b, second};
  ways_[{&b, second}] = {&b, &a, first};
  a.tell(input::PeerOpened{kPeerConnection, first});
  a.run();
  b.tell(input::PeerOpened{kPeerConnection, second});
  b.run();
}

void PeerNet::cut(Host& a, Host& b) {
  std::vector<PeerId> cut;
  for (const auto& [key, end] : ways_) {
    if (key.first == &a && end.other == &b) cut.push_back(key.second);
  }
  for (const PeerId peer : cut) close(a, peer, true);
}

// Frames of the host that closes arrive before the other hears of it, unless the way was cut.
void PeerNet::close(Host& host, PeerId peer, bool told) {
  const auto way = ways_.find({&host, peer});
  if (way == ways_.end()) return;
  const End end = way->second;
  ways_.erase(way);
  ways_.erase({end.other, end.other_peer});
  if (told) {
    std::erase_if(queue_, [&](const auto& entry) {
      const auto& [frame, number] = entry;
      return (frame.to == end.other && number == end.other_peer) ||
             (frame.to == &host && number == peer);
    });
    host.tell(input::PeerClosed{kPeerConnection, peer});
    host.run();
    end.other->tell(input::PeerClosed{kPeerConnection, end.other_peer});
    end.other->run();
  } else {
    queue_.push_back({{&host, end.other, {}}, end.other_peer});  // the end
  }
}

bool PeerNet::step() {
  if (queue_.empty()) return false;
  auto [frame, number] = std::move(queue_.front());
  queue_.pop_front();
  if (frame.bytes.empty()) {
    frame.to->tell(input::PeerClosed{kPeerConnection, number});
  } else if (!on_frame || on_frame(frame)) {
    ++frames;
    bytes += frame.bytes.size();
    frame.to->tell(input::PeerReceived{kPeerConnection, number, std::move(frame.bytes)});
  }
  frame.to->run();
  return true;
}

void PeerNet::run(Time milliseconds) {
  constexpr Time kStep = 10;
  for (;; milliseconds -= kStep) {
    do {
      for (Host* host : hosts_) host->pass(0);
    } while (step());
    if (milliseconds <= 0) return;
    for (Host* host : hosts_) host->pass(std::min(kStep, milliseconds));
  }
}

}  // namespace fireproof::test
