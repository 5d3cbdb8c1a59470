#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "peers/peer_secret.hpp"

namespace fireproof::peer {

/// The number that a transport has given to a way to another engine; none is used twice on one connection.
using PeerId = std::uint32_t;

/// Milliseconds.
using Time = double;

// What one peer can cost, whatever it does (docs/peer-protocol.md, section 4).

/// Bytes of a frame.
constexpr std::size_t kLargestFrame = std::size_t{64} << 10;
/// The smallest frame that a peer may insist on.
constexpr std::size_t kSmallestFrame = 4096;
/// Bytes of frames that may be on the way to somebody who has not said that it took them.
constexpr std::size_t kWindow = std::size_t{256} << 10;
/// CARs that may be wanted at a time.
constexpr std::size_t kMaxWants = 64;
/// Events of a head that is told as `held`; a longer one is told as none.
constexpr std::size_t kMaxHeld = 1000;
/// Bytes of a value of the application.
constexpr std::size_t kLargestValue = std::size_t{32} << 10;

/// From opening to the proof.
constexpr Time kHandshakeTime = 10'000;
/// Without a frame, while something is wanted.
constexpr Time kAnswerTime = 15'000;
/// Without a frame at all.
constexpr Time kSilence = 90'000;
/// After this long without sending, a frame goes out, so that the other side knows that this one lives.
constexpr Time kKeepAlive = 30'000;

/// One live way to another engine: who it is, what it has, what it wants and gets. A state machine: it is told of frames and
/// of the time, and says what it wants by way of its Owner. It reads no storage and stores nothing.
///
///     opened ─► hello ⇄ hello ─► proof ⇄ proof ─► open: meta, held, want … in both directions ─► bye
///
/// Whatever is wrong with a frame ends the session, with a `bye` that says what, and nothing else.
class PeerSession {
 public:
  class Owner {
   public:
    Owner() = default;
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;
    virtual ~Owner() = default;

    virtual void send_frame(PeerId peer, Bytes frame) = 0;
    /// The other side has proven that it knows the database. `held` and a `meta` follow.
    virtual void session_opened(PeerSession& session) = 0;
    /// `record()` or `held()` are other ones.
    virtual void session_changed(PeerSession& session, bool has_record) = 0;
    /// Answer with `take_read`: up to `size` bytes of a stored CAR from `offset` on, none if there is no such CAR.
    virtual void read_stored(PeerSession& session, std::uint32_t number, const Want& want,
                             std::uint32_t offset, std::uint32_t size) = 0;
    /// A want of ours has ended: the CAR, or none. After the end of the session no more are told.
    virtual void want_ended(PeerSession& session, std::uint32_t want,
                            std::optional<Bytes> bytes) = 0;
    virtual void want_advanced(PeerSession& session, std::uint32_t want, std::size_t bytes) = 0;
    virtual void value_received(PeerSession& session, Bytes value) = 0;
    /// Once, for whatever reason. The session must not be deleted before its call has returned.
    virtual void session_ended(PeerSession& session, const Bye& reason) = 0;
  };

  /// What this side says of itself.
  struct Self {
    std::string format;
    SecretKey secret;
    Bytes engine;  ///< kIdSize bytes
    Bytes nonce;   ///< kIdSize bytes, for this session only
    bool keeps = false;
  };

  /// Sends the hello. `owner` outlives the session.
  PeerSession(Owner& owner, PeerId peer, Self self, Time now);

  void receive(Bytes frame, Time now);

  /// Ends it from this side.
  void end(std::string_view code, std::string text);

  /// The transport has lost it.
  void closed();

  // What this side has. Each replaces what was not sent yet of the same kind.

  void tell_held(std::vector<Cid> clock);
  void announce(Meta meta);

  /// Sends a value of at most kLargestValue bytes. False if it cannot be taken now: it is lost, as such values are.
  bool send_value(ByteView value);

  /// Asks for a CAR; the number of the want, or none if it cannot be asked now.
  std::optional<std::uint32_t> want(CarKind kind, const Cid& car, Time now);
  void cancel(std::uint32_t want);

  void take_read(std::uint32_t number, std::optional<Bytes> bytes);

  // What the other side has.

  [[nodiscard]] PeerId peer() const { return peer_; }
  [[nodiscard]] bool is_open() const { return state_ == State::kOpen; }
  [[nodiscard]] bool has_ended() const { return state_ == State::kEnded; }
  /// Its id; empty before its hello.
  [[nodiscard]] const Bytes& engine() const { return theirs_.engine; }
  [[nodiscard]] bool keeps() const { return theirs_.keeps; }
  [[nodiscard]] Time since() const { return since_; }
  /// None: it has not said.
  [[nodiscard]] const std::optional<std::vector<Cid>>& held() const { return held_; }
  /// Its meta record; empty: none.
  [[nodiscard]] const Bytes& record() const { return meta_.record; }
  [[nodiscard]] bool is_settled() const { return meta_.settled; }
  /// A CAR that came beside its last record.
  [[nodiscard]] const Bytes* beside(const Cid& car) const;
  /// The largest CARs that can go beside a record, in bytes together.
  [[nodiscard]] std::size_t room_beside() const;
  [[nodiscard]] std::size_t wants() const { return fetches_.size(); }

  /// When `wake` is wanted.
  [[nodiscard]] Time due() const;
  void wake(Time now);

 private:
  enum class State { kHello, kProof, kOpen, kEnded };
  /// A want of ours.
  struct Fetch {
    std::uint32_t id = 0;
    Bytes bytes;
    bool cancelled = false;
  };
  /// A want of theirs.
  struct Served {
    Want want;
    std::uint32_t offset = 0;
    bool cancelled = false;
  };

  void handle(Hello&& hello, ByteView bytes);
  void handle(const Proof& proof);
  void handle(Meta&& meta);
  void handle(Want&& want);
  void handle(const Cancel& cancel);
  void handle(Chunk&& chunk);
  void handle(const None& none);
  void handle(const Credit& credit);
  void handle(Held&& held);
  void handle(Ephemeral&& ephemeral);
  void dispatch(Message&& message, ByteView bytes);
  void send_plain(const Message& message);
  void send_sealed(ByteView message);
  bool send_charged(const Message& message);
  void return_credit(std::size_t bytes);
  void pump();
  void serve();
  void finish(const Bye& reason);
  [[nodiscard]] std::size_t chunk_size() const;

  Owner& owner_;
  PeerId peer_;
  Self self_;
  State state_ = State::kHello;
  Time now_;
  Time since_;        // the handshake, then the session began
  Time received_at_;  // the last frame
  Time sent_at_;
  Bytes our_hello_;
  Hello theirs_;
  std::size_t frame_ = kLargestFrame;  // the largest that the other side takes
  std::optional<Meeting> meeting_;
  std::optional<FrameCipher> sends_;
  std::optional<FrameCipher> receives_;
  std::size_t credit_ = kWindow;  // bytes that may be sent
  std::size_t open_ = kWindow;    // bytes that may come
  std::size_t owed_ = 0;          // bytes that came and were not credited yet
  // What waits for credit.
  std::optional<Meta> to_announce_;
  std::optional<Held> to_tell_;
  std::optional<std::vector<Cid>> told_;
  std::vector<Served> served_;
  std::uint32_t read_number_ = 0;
  bool reading_ = false;  // the first of `served_`; credit for a whole frame is kept for it
  // What the other side has, and is asked for.
  Meta meta_;
  std::optional<std::vector<Cid>> held_;
  std::vector<Fetch> fetches_;
  std::uint32_t next_want_ = 1;
};

}  // namespace fireproof::peer
