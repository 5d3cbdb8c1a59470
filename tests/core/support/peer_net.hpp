// Transports between hosts: frames in order, handed over one at a time, and ways that are cut at will.
#pragma once

#include <deque>
#include <functional>
#include <map>

#include "peers/peer_message.hpp"
#include "support/device.hpp"

namespace fireproof::test {

// All hosts of a net are on the same channel: each has a way to each.
class PeerNet {
 public:
  // Connects a host; those who are there meet it.
  void join(Host& host, const std::string& mode = "sync", bool keeps = false,
            const std::string& database = "x");
  void leave(Host& host);

  // Hands over frames until none is left, and lets `milliseconds` pass at all hosts in steps.
  void run(Time milliseconds = 0);
  // Hands over one frame; false if there is none.
  bool step();

  // Cuts every way between two hosts, and makes a new one.
  void cut(Host& a, Host& b);
  void meet(Host& a, Host& b);

  struct Frame {
    Host* from = nullptr;
    Host* to = nullptr;
    Bytes bytes;
  };
  // Sees each frame before it is handed over, and may change it; false: it is lost.
  std::function<bool(Frame&)> on_frame;
  std::size_t frames = 0;  // handed over
  std::size_t bytes = 0;   // of them
  std::size_t waiting() const { return queue_.size(); }

 private:
  struct End {
    Host* host = nullptr;
    Host* other = nullptr;
    PeerId other_peer = 0;
  };
  void close(Host& host, PeerId peer, bool told);

  std::vector<Host*> hosts_;
  std::map<std::pair<Host*, PeerId>, End> ways_;
  std::deque<std::pair<Frame, PeerId>> queue_;  // with the number that the receiver knows
  PeerId next_ = 1;
};

// The connection of every host that joins.
constexpr ConnectionId kPeerConnection = 7;

}  // namespace fireproof::test
