#include "peers/peer_session.hpp"

#include <algorithm>

namespace fireproof::peer {
namespace {

// The first byte of a frame says what follows.
constexpr std::uint8_t kPlain = 0;   // a message
constexpr std::uint8_t kSealed = 1;  // a message, sealed

/// Bytes of a chunk's frame that are not its content: the kind, the seal, and at most 60 of DAG-CBOR.
constexpr std::size_t kChunkOverhead = 96;
/// Bytes of an announcement that are not its CARs.
constexpr std::size_t kMetaOverhead = 2048;
/// Credit is returned when so much is owed.
constexpr std::size_t kCreditStep = kWindow / 4;

/// Longest text of a `bye`, in bytes.
constexpr std::size_t kLongestText = 500;

/// What costs credit: what answers a peer, or is told to it, without having been bounded by what was wanted here.
bool is_charged(const Message& message) {
  return std::holds_alternative<Meta>(message) || std::holds_alternative<Chunk>(message) ||
         std::holds_alternative<None>(message) || std::holds_alternative<Held>(message) ||
         std::holds_alternative<Ephemeral>(message);
}

}  // namespace

PeerSession::PeerSession(Owner& owner, PeerId peer, Self self, Time now)
    : owner_(owner),
      peer_(peer),
      self_(std::move(self)),
      now_(now),
      since_(now),
      received_at_(now),
      sent_at_(now) {
  our_hello_ = encode(Hello{kVersion, kVersion, self_.format, self_.engine, self_.nonce,
                            kLargestFrame, self_.keeps});
  Bytes frame{kPlain};
  frame.append(our_hello_);
  owner_.send_frame(peer_, std::move(frame));
}

// ---- frames

void PeerSession::send_plain(const Message& message) {
  Bytes frame{kPlain};
  frame.append(encode(message));
  sent_at_ = now_;
  owner_.send_frame(peer_, std::move(frame));
}

void PeerSession::send_sealed(ByteView message) {
  Bytes frame{kSealed};
  sends_->seal(message, frame);
  sent_at_ = now_;
  owner_.send_frame(peer_, std::move(frame));
}

/// False, and nothing is sent, if that would be more than the other side is ready to take.
bool PeerSession::send_charged(const Message& message) {
  const Bytes bytes = encode(message);
  const std::size_t size = 1 + bytes.size() + FrameCipher::kOverhead;
  const bool is_chunk = std::holds_alternative<Chunk>(message);
  const std::size_t kept = reading_ && !is_chunk ? frame_ : 0;
  if (size + kept > credit_) return false;
  credit_ -= size;
  send_sealed(bytes);
  return true;
}

void PeerSession::return_credit(std::size_t bytes) {
  owed_ += bytes;
  if (owed_ < kCreditStep) return;
  open_ += owed_;
  send_sealed(encode(Credit{std::exchange(owed_, 0)}));
}

void PeerSession::receive(Bytes frame, Time now) {
  now_ = now;
  if (has_ended()) return;
  received_at_ = now;
  const std::size_t size = frame.size();
  if (size < 2 || size > kLargestFrame) return end("malformed", "a frame of this size");
  const std::span<std::uint8_t> rest = std::span(frame.begin(), size).subspan(1);
  const bool is_sealed = frame[0] == kSealed;
  if (frame[0] > kSealed || (is_sealed && !receives_))
    return end("malformed", "a frame of this kind");
  if (is_sealed && !receives_->open(rest))
    return end("malformed", "a frame that was changed, lost or repeated");
  const ByteView bytes = is_sealed ? rest.first(rest.size() - FrameCipher::kOverhead) : rest;
  auto message = decode(bytes);
  if (!message) return end("malformed", std::move(message).error().message);
  const bool is_charge = is_charged(*message);
  if (is_charge && size > open_) return end("credit", "more than there was credit for");
  if (is_charge) open_ -= size;
  // Plain frames are those before the proofs, and an end that cannot be sealed.
  if (const auto* bye = std::get_if<Bye>(&*message)) return finish(*bye);
  const bool is_plain = message->index() < 2;
  if (is_plain == is_sealed) return end("malformed", "a message that does not belong here");
  dispatch(std::move(*message), bytes);
  if (is_open()) pump();
  if (is_open() && is_charge) return_credit(size);
}

void PeerSession::dispatch(Message&& message, ByteView bytes) {
  std::visit(
      [&](auto&& content) {
        using Content = std::decay_t<decltype(content)>;
        if constexpr (std::is_same_v<Content, Hello>) {
          handle(std::move(content), bytes);
        } else if constexpr (!std::is_same_v<Content, Bye>) {
          handle(std::move(content));
        }
      },
      std::move(message));
}

// ---- the beginning

void PeerSession::handle(Hello&& hello, ByteView bytes) {
  if (state_ != State::kHello) return end("malformed", "a second hello");
  if (hello.oldest > kVersion || hello.newest < kVersion)
    return end("version", "version " + std::to_string(kVersion) + " is spoken here");
  if (hello.format != self_.format) return end("format", "the format here is " + self_.format);
  if (hello.engine == self_.engine) return end("self", "this is the same engine");
  if (hello.frame < kSmallestFrame) return end("frame", "frames have to be larger");
  theirs_ = std::move(hello);
  frame_ = static_cast<std::size_t>(std::min<std::uint64_t>(theirs_.frame, kLargestFrame));
  meeting_.emplace(self_.engine, our_hello_, theirs_.engine, bytes);
  state_ = State::kProof;
  send_plain(Proof{copy_of(proof_of(self_.secret, self_.engine, *meeting_).bytes())});
}

void PeerSession::handle(const Proof& proof) {
  if (state_ != State::kProof) return end("malformed", "a proof before the hello");
  if (!(proof_of(self_.secret, theirs_.engine, *meeting_) == SecretKey(proof.proof)))
    return end("proof", "the key of the database here is another one");
  sends_.emplace(frame_key_of(self_.secret, self_.engine, *meeting_));
  receives_.emplace(frame_key_of(self_.secret, theirs_.engine, *meeting_));
  state_ = State::kOpen;
  since_ = now_;
  owner_.session_opened(*this);
}

// ---- the end

void PeerSession::end(std::string_view code, std::string text) {
  if (has_ended()) return;
  Bye bye{std::string(code), std::move(text)};
  bye.text.resize(std::min(bye.text.size(), kLongestText));
  if (sends_) {
    send_sealed(encode(bye));
  } else {
    send_plain(bye);
  }
  finish(bye);
}

void PeerSession::closed() {
  if (!has_ended()) finish({"closed", "the way to it was lost"});
}

void PeerSession::finish(const Bye& reason) {
  state_ = State::kEnded;
  to_announce_.reset();
  to_tell_.reset();
  served_.clear();
  fetches_.clear();
  meta_ = {};
  owner_.session_ended(*this, reason);
}

Time PeerSession::due() const {
  if (has_ended()) return now_ + kSilence;
  if (!is_open()) return since_ + kHandshakeTime;
  return std::min(sent_at_ + kKeepAlive,
                  received_at_ + (fetches_.empty() ? kSilence : kAnswerTime));
}

void PeerSession::wake(Time now) {
  now_ = now;
  if (has_ended() || now < due()) return;
  if (!is_open()) return end("timeout", "no proof came in time");
  if (now >= received_at_ + (fetches_.empty() ? kSilence : kAnswerTime))
    return end("timeout", "no frame came in time");
  // Taken to be lost where there is no credit: the other side does not read.
  sent_at_ = now;
  send_sealed(encode(Credit{0}));
}

// ---- what this side has

void PeerSession::tell_held(std::vector<Cid> clock) {
  if (clock.size() > kMaxHeld) clock.clear();
  if (told_ == clock) {
    to_tell_.reset();
    return;
  }
  to_tell_ = Held{std::move(clock)};
  pump();
}

void PeerSession::announce(Meta meta) {
  to_announce_ = std::move(meta);
  pump();
}

bool PeerSession::send_value(ByteView value) {
  return is_open() && send_charged(Ephemeral{copy_of(value)});
}

/// Sends what waits, as far as there is credit.
void PeerSession::pump() {
  if (!is_open()) return;
  if (to_tell_ && send_charged(*to_tell_)) {
    told_ = std::move(to_tell_->clock);
    to_tell_.reset();
  }
  if (to_announce_ && send_charged(*to_announce_)) to_announce_.reset();
  serve();
}

std::size_t PeerSession::chunk_size() const { return frame_ - kChunkOverhead; }

/// Wants are served one after the other; of each, what there is credit for is read, and nothing else kept in memory.
void PeerSession::serve() {
  while (is_open() && !reading_ && !served_.empty() && credit_ >= frame_) {
    const Served& next = served_.front();
    if (next.cancelled) {
      (void)send_charged(None{next.want.id});
      served_.erase(served_.begin());
      continue;
    }
    reading_ = true;
    // One byte more tells whether it is the end.
    const Want want = next.want;
    owner_.read_stored(*this, ++read_number_, want, next.offset,
                       static_cast<std::uint32_t>(chunk_size() + 1));
  }
}

void PeerSession::take_read(std::uint32_t number, std::optional<Bytes> bytes) {
  if (!is_open() || !reading_ || number != read_number_) return;
  Served& served = served_.front();
  reading_ = false;
  if (!bytes || served.cancelled) {
    (void)send_charged(None{served.want.id});
    served_.erase(served_.begin());
  } else {
    const bool last = bytes->size() <= chunk_size();
    if (!last) bytes->resize(chunk_size());
    served.offset += static_cast<std::uint32_t>(bytes->size());
    (void)send_charged(Chunk{served.want.id, std::move(*bytes), last});
    if (last) served_.erase(served_.begin());
  }
  pump();
}

void PeerSession::handle(Want&& want) {
  if (served_.size() >= kMaxWants) return end("wants", "too many CARs at a time");
  served_.push_back({std::move(want), 0, false});
}

void PeerSession::handle(const Cancel& cancel) {
  for (Served& served : served_) {
    if (served.want.id == cancel.id) served.cancelled = true;
  }
}

void PeerSession::handle(const Credit& credit) {
  if (credit.bytes > kWindow - credit_) return end("credit", "credit for what was not sent");
  credit_ += static_cast<std::size_t>(credit.bytes);
}

// ---- what the other side has

std::optional<std::uint32_t> PeerSession::want(CarKind kind, const Cid& car, Time now) {
  if (!is_open() || fetches_.size() >= kMaxWants) return std::nullopt;
  now_ = now;
  // What was not wanted cannot be late.
  if (fetches_.empty()) received_at_ = now;
  const std::uint32_t id = next_want_++;
  fetches_.push_back({id, {}, false});
  send_sealed(encode(Want{id, kind, car}));
  return id;
}

void PeerSession::cancel(std::uint32_t want) {
  if (!is_open()) return;
  for (Fetch& fetch : fetches_) {
    if (fetch.id != want || fetch.cancelled) continue;
    fetch.cancelled = true;
    fetch.bytes = {};
    return send_sealed(encode(Cancel{want}));
  }
}

void PeerSession::handle(Chunk&& chunk) {
  if (fetches_.empty() || fetches_.front().id != chunk.id)
    return end("malformed", "a chunk that is not due");
  Fetch& fetch = fetches_.front();
  if (fetch.bytes.size() + chunk.bytes.size() > kMaxCarSize)
    return end("malformed", "a CAR that is too large");
  if (!fetch.cancelled) fetch.bytes.append(chunk.bytes);
  if (!chunk.last) {
    if (!fetch.cancelled) owner_.want_advanced(*this, fetch.id, fetch.bytes.size());
    return;
  }
  Fetch done = std::move(fetch);
  fetches_.erase(fetches_.begin());
  if (!done.cancelled) owner_.want_ended(*this, done.id, std::move(done.bytes));
}

void PeerSession::handle(const None& none) {
  if (fetches_.empty() || fetches_.front().id != none.id)
    return end("malformed", "an answer that is not due");
  const Fetch done = std::move(fetches_.front());
  fetches_.erase(fetches_.begin());
  if (!done.cancelled) owner_.want_ended(*this, done.id, std::nullopt);
}

void PeerSession::handle(Meta&& meta) {
  meta_ = std::move(meta);
  owner_.session_changed(*this, true);
}

void PeerSession::handle(Held&& held) {
  held_ = std::move(held.clock);
  owner_.session_changed(*this, false);
}

void PeerSession::handle(Ephemeral&& ephemeral) {
  owner_.value_received(*this, std::move(ephemeral.value));
}

const Bytes* PeerSession::beside(const Cid& car) const {
  for (const auto& [name, bytes] : meta_.cars) {
    if (name == car) return &bytes;
  }
  return nullptr;
}

std::size_t PeerSession::room_beside() const { return frame_ - kMetaOverhead; }

}  // namespace fireproof::peer
