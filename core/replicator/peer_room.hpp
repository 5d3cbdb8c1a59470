#pragma once

#include <memory>
#include <string>
#include <vector>

#include "peers/peer_session.hpp"
#include "replicator/engine.hpp"

namespace fireproof {

/// The peers that one connection reaches: together they are its remote. Each tells its meta by itself, so that the connection
/// pulls as from any remote, from a meta object that has one record a peer, and CARs come from whoever has them. Nothing is
/// written at a peer: what is sealed here is announced to those who have not said that they hold it.
///
/// - A session ends without harm to the others; what was asked of it is asked of the next.
/// - The head that a peer says it has stored (`held`) decides whether it needs to be told anything, so that engines that have
///   merged the same seal nothing for each other.
/// - 0.14, where first writers make histories of their own: a device whose history is provisional sees only the record of a
///   peer whose history is settled, or, where none is, that of the peer with the smallest id below its own. So exactly one
///   side gives way.
class PeerRoom final : public peer::PeerSession::Owner,
                       public std::enable_shared_from_this<PeerRoom> {
 public:
  struct Options {
    ConnectionId id = 0;
    std::string remote;    ///< what the connection is called in messages
    std::string database;  ///< name: what members of a public database have in common
    bool announces = true;
    bool listens = true;
    bool keeps = false;  ///< what is stored here is a safe place
  };

  PeerRoom(Engine& engine, Options options);

  // What the transport tells.

  void set_link(std::optional<Error> error);
  void open(PeerId number);
  void receive(PeerId number, Bytes frame);
  void close(PeerId number);

  // As the remote of the connection. Answers come from `next_reply`.

  void get_meta(std::string etag);
  void get_car(const command::GetCar& wanted);
  /// False if the transfer is none of this room.
  bool release(TransferId transfer);
  /// The bytes that a transfer brought; null if it is none of this room.
  [[nodiscard]] const Bytes* content(TransferId transfer) const;

  /// To be called when the record has changed.
  void note_change();

  /// Does what is due, and gives the next answer to the connection, if there is one.
  std::optional<Input> next_reply();

  [[nodiscard]] std::optional<Time> due() const;
  void wake();

  /// Tells a value to all who are there. Fails with kInvalidArgument if it is too large.
  Status send_value(const std::string& json);

  /// True if a peer that keeps what it gets holds the head.
  [[nodiscard]] bool keeps(const LocalRecord& record) const;

  /// Says goodbye to all.
  void leave();

 private:
  struct Peer {
    std::unique_ptr<peer::PeerSession> session;
    CarGroup told;  // that was announced last
  };
  /// A transfer of the connection, until it is released.
  struct Fetch {
    command::GetCar wanted;
    PeerId peer = 0;  // whom it is asked of; 0: nobody yet
    std::uint32_t want = 0;
    bool ended = false;
    Bytes content;
  };

  void send_frame(PeerId number, Bytes frame) override;
  void session_opened(peer::PeerSession& session) override;
  void session_changed(peer::PeerSession& session, bool has_record) override;
  void read_stored(peer::PeerSession& session, std::uint32_t number, const peer::Want& want,
                   std::uint32_t offset, std::uint32_t size) override;
  void want_ended(peer::PeerSession& session, std::uint32_t want,
                  std::optional<Bytes> bytes) override;
  void want_advanced(peer::PeerSession& session, std::uint32_t want, std::size_t bytes) override;
  void value_received(peer::PeerSession& session, Bytes value) override;
  void session_ended(peer::PeerSession& session, const peer::Bye& reason) override;

  [[nodiscard]] std::optional<SecretKey> secret();
  void sweep();
  void ask(Fetch& fetch);
  void end(Fetch& fetch, Result<std::optional<Bytes>> bytes);
  Peer* find(PeerId number);
  Fetch* find(PeerId peer, std::uint32_t want);
  [[nodiscard]] bool is_tried(const Cid& car, PeerId peer) const;
  [[nodiscard]] bool is_undecided() const;
  [[nodiscard]] std::vector<Bytes> records() const;
  void answer_meta();
  [[nodiscard]] std::vector<Cid> held_here() const;
  [[nodiscard]] bool is_told(const Peer& peer) const;
  void plan();
  void seal();
  void announce();
  void tell(const CarGroup& group, std::vector<std::pair<Cid, Bytes>> cars);
  void notify_peers();

  Engine& engine_;
  Options options_;
  Bytes id_;
  std::vector<std::unique_ptr<Peer>> peers_;
  bool link_known_ = false;
  std::optional<Error> link_error_;
  bool lacks_key_ = false;
  bool left_ = false;    // a session ended since the last sweep
  bool news_ = false;    // for the connection
  bool listed_ = false;  // the list of peers that was told is that of now
  std::vector<Input> replies_;
  std::size_t replied_ = 0;                // so many of them were given
  std::optional<std::string> asked_meta_;  // the ETag that came with it
  Time asked_at_ = 0;
  std::vector<std::unique_ptr<Fetch>> fetches_;
  /// Who was asked for a CAR in this round, so that a damaged one is asked of another.
  std::vector<std::pair<Cid, PeerId>> tried_;
  std::optional<Time> announce_at_;
  bool announcing_ = false;
  std::size_t gap_ = 0;
  Time announced_at_ = -1e12;
  CarGroup announced_;
};

}  // namespace fireproof
