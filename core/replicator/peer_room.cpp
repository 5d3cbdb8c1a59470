#include "replicator/peer_room.hpp"

#include <algorithm>

#include "ipld/json.hpp"
#include "multiformats/multibase.hpp"
#include "replicator/failures.hpp"

namespace fireproof {
namespace {

/// Milliseconds that a look waits for what peers have said that they have.
constexpr Time kPatience = 3000;

std::string hex(ByteView bytes) { return multibase::encode_bare(Base::kBase16, bytes); }

/// What the end of a session means for the connection, where it means anything.
std::optional<ErrorCode> code_of(const peer::Bye& reason) {
  if (reason.code == "proof") return ErrorCode::kKeyMismatch;
  if (reason.code == "format" || reason.code == "version") return ErrorCode::kUnsupportedFormat;
  if (reason.code == "malformed" || reason.code == "credit" || reason.code == "wants")
    return ErrorCode::kServer;
  return std::nullopt;
}

}  // namespace

PeerRoom::PeerRoom(Engine& engine, Options options)
    : engine_(engine), options_(std::move(options)), id_(engine.entropy().take(peer::kIdSize)) {}

// ---- sessions

/// What members have in common; none while this database has no key.
std::optional<SecretKey> PeerRoom::secret() {
  const std::string_view format = engine_.database().format().name();
  if (engine_.is_public()) return peer::secret_of_name(options_.database, format);
  const KeyRing::Key* key = engine_.database().keys().default_key();
  if (!key) return std::nullopt;
  return peer::secret_of_key(key->secret, format);
}

void PeerRoom::set_link(std::optional<Error> error) {
  link_known_ = true;
  link_error_ = std::move(error);
  news_ = true;
}

PeerRoom::Peer* PeerRoom::find(PeerId number) {
  for (const auto& peer : peers_) {
    if (peer->session->peer() == number) return peer.get();
  }
  return nullptr;
}

void PeerRoom::open(PeerId number) {
  const auto secret = this->secret();
  lacks_key_ = !secret;
  if (!secret || find(number)) return engine_.send(command::PeerClose{options_.id, number});
  peer::PeerSession::Self self{std::string(engine_.database().format().name()), *secret, id_,
                               engine_.entropy().take(peer::kIdSize), options_.keeps};
  auto peer = std::make_unique<Peer>();
  peer->session =
      std::make_unique<peer::PeerSession>(*this, number, std::move(self), engine_.now());
  peers_.push_back(std::move(peer));
}

void PeerRoom::receive(PeerId number, Bytes frame) {
  if (Peer* peer = find(number)) peer->session->receive(std::move(frame), engine_.now());
}

void PeerRoom::close(PeerId number) {
  if (Peer* peer = find(number)) peer->session->closed();
}

void PeerRoom::leave() {
  for (const auto& peer : peers_) peer->session->end("closed", "the connection was closed");
  notify_peers();
}

void PeerRoom::send_frame(PeerId number, Bytes frame) {
  engine_.send(command::PeerSend{options_.id, number, std::move(frame)});
}

void PeerRoom::session_opened(peer::PeerSession& session) {
  listed_ = false;
  session.tell_held(held_here());
}

void PeerRoom::session_changed(peer::PeerSession& /*session*/, bool has_record) {
  listed_ = listed_ && has_record;
  if (has_record) news_ = options_.listens;
  plan();
}

void PeerRoom::session_ended(peer::PeerSession& session, const peer::Bye& reason) {
  left_ = true;
  if (reason.text != "the way to it was lost")
    engine_.send(command::PeerClose{options_.id, session.peer()});
  if (const auto code = code_of(reason)) {
    const Error error{*code, "a peer was left (" + reason.code + "): " + reason.text, false,
                      options_.remote};
    engine_.send(command::Notify{options_.id, "error", error_json(error)});
  }
}

void PeerRoom::value_received(peer::PeerSession& session, Bytes value) {
  const std::string_view text = as_text(value);
  if (!json::parse(text)) return;
  engine_.send(command::Notify{
      options_.id, "message",
      R"({"from":")" + hex(session.engine()) + R"(","value":)" + std::string(text) + "}"});
}

Status PeerRoom::send_value(const std::string& json) {
  if (json.size() > peer::kLargestValue) {
    return fail(ErrorCode::kInvalidArgument,
                "a value for peers has at most 32 KiB of JSON, this one " +
                    std::to_string(json.size()) + " bytes");
  }
  for (const auto& peer : peers_) (void)peer->session->send_value(as_bytes(json));
  return {};
}

/// Forgets sessions that have ended, and asks others for what was asked of them.
void PeerRoom::sweep() {
  if (!std::exchange(left_, false)) return;
  for (const auto& fetch : fetches_) {
    const Peer* peer = find(fetch->peer);
    if (peer && peer->session->has_ended()) fetch->peer = 0;
  }
  std::erase_if(peers_, [](const auto& peer) { return peer->session->has_ended(); });
  listed_ = false;
}

// ---- as a remote

void PeerRoom::get_meta(std::string etag) {
  asked_meta_ = std::move(etag);
  asked_at_ = engine_.now();
  tried_.clear();
}

/// True while what somebody has is still on its way.
bool PeerRoom::is_undecided() const {
  if (!link_known_) return true;
  if (!options_.listens) return false;
  return std::any_of(peers_.begin(), peers_.end(), [&](const auto& entry) {
    const peer::PeerSession& session = *entry->session;
    if (session.has_ended()) return false;
    if (!session.is_open()) return true;
    if (!session.record().empty()) return false;
    return session.held() && !session.held()->empty() &&
           *session.held() != engine_.record().clock();
  });
}

/// The records that the connection is to see.
std::vector<Bytes> PeerRoom::records() const {
  std::vector<Bytes> records;
  const LocalRecord& ours = engine_.record();
  const bool chooses = !engine_.database().format().has_genesis() && ours.provisional;
  const peer::PeerSession* chosen = nullptr;
  for (const auto& peer : peers_) {
    const peer::PeerSession& session = *peer->session;
    if (!session.is_open() || session.record().empty() || !options_.listens) continue;
    if (!chooses) {
      if (std::find(records.begin(), records.end(), session.record()) == records.end())
        records.push_back(session.record());
      continue;
    }
    if (!session.is_settled() && !ours.heads.empty() && !less(session.engine(), id_)) continue;
    const bool better =
        !chosen || (session.is_settled() && !chosen->is_settled()) ||
        (session.is_settled() == chosen->is_settled() && less(session.engine(), chosen->engine()));
    if (better) chosen = &session;
  }
  if (chosen) records.push_back(chosen->record());
  return records;
}

void PeerRoom::answer_meta() {
  if (!asked_meta_ || (is_undecided() && engine_.now() < asked_at_ + kPatience)) return;
  const std::string known = *std::exchange(asked_meta_, std::nullopt);
  input::MetaReceived reply{options_.id, input::MetaAbsent{}, 0};
  std::vector<Bytes> records = this->records();
  if (link_error_) {
    reply.reply = *link_error_;
  } else if (lacks_key_) {
    reply.reply = Error{ErrorCode::kKeyMissing,
                        "peers are joined with the key of the database, which is not known here",
                        false,
                        {}};
  } else if (!records.empty()) {
    Digest all{};  // the same in every order
    for (const Bytes& record : records) {
      const Digest digest = sha256(record);
      for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = static_cast<std::uint8_t>(all[i] ^ digest[i]);
    }
    std::string etag = hex(all);
    if (etag == known) {
      reply.reply = input::MetaUnchanged{};
    } else {
      reply.reply = input::MetaFound{std::move(records), std::move(etag)};
    }
  } else if (!known.empty()) {
    reply.reply = input::MetaUnchanged{};  // nobody says anything else
  }
  replies_.emplace_back(std::move(reply));
}

void PeerRoom::get_car(const command::GetCar& wanted) {
  fetches_.push_back(std::make_unique<Fetch>(Fetch{wanted, 0, 0, false, {}}));
  ask(*fetches_.back());
}

bool PeerRoom::is_tried(const Cid& car, PeerId peer) const {
  return std::any_of(tried_.begin(), tried_.end(),
                     [&](const auto& entry) { return entry.second == peer && entry.first == car; });
}

/// Takes what came beside a record, or asks the peer that has least to do of those that were not asked yet.
void PeerRoom::ask(Fetch& fetch) {
  const Cid& car = fetch.wanted.car;
  peer::PeerSession* best = nullptr;
  bool all_tried = true;
  for (const auto& peer : peers_) {
    peer::PeerSession& session = *peer->session;
    if (!session.is_open() || is_tried(car, session.peer())) continue;
    all_tried = false;
    if (const Bytes* beside = session.beside(car)) {
      tried_.emplace_back(car, session.peer());
      return end(fetch, std::optional<Bytes>(*beside));
    }
    if (session.wants() < peer::kMaxWants && (!best || session.wants() < best->wants()))
      best = &session;
  }
  if (!best && !all_tried) return;  // all have enough to do: asked again soon
  if (!best && peers_.empty())
    return end(fetch, fail(ErrorCode::kOffline, "no peer is there any more"));
  if (!best) {
    // Who asks again starts again.
    std::erase_if(tried_, [&](const auto& entry) { return entry.first == car; });
    return end(fetch, std::optional<Bytes>());
  }
  const auto want = best->want(fetch.wanted.kind, car, engine_.now());
  if (!want) return;
  tried_.emplace_back(car, best->peer());
  fetch.peer = best->peer();
  fetch.want = *want;
}

void PeerRoom::end(Fetch& fetch, Result<std::optional<Bytes>> bytes) {
  fetch.ended = true;
  fetch.peer = 0;
  if (bytes && *bytes) fetch.content = **bytes;
  replies_.emplace_back(input::CarReceived{fetch.wanted.transfer, std::move(bytes), 0});
}

PeerRoom::Fetch* PeerRoom::find(PeerId peer, std::uint32_t want) {
  for (const auto& fetch : fetches_) {
    if (fetch->peer == peer && fetch->want == want) return fetch.get();
  }
  return nullptr;
}

void PeerRoom::want_ended(peer::PeerSession& session, std::uint32_t want,
                          std::optional<Bytes> bytes) {
  Fetch* fetch = find(session.peer(), want);
  if (!fetch) return;
  if (bytes) return end(*fetch, std::move(bytes));
  fetch->peer = 0;  // the next one is asked
}

void PeerRoom::want_advanced(peer::PeerSession& session, std::uint32_t want, std::size_t bytes) {
  if (const Fetch* fetch = find(session.peer(), want))
    replies_.emplace_back(input::CarProgress{fetch->wanted.transfer, bytes, 0});
}

bool PeerRoom::release(TransferId transfer) {
  for (auto at = fetches_.begin(); at != fetches_.end(); ++at) {
    const Fetch& fetch = **at;
    if (fetch.wanted.transfer != transfer) continue;
    if (Peer* peer = fetch.peer == 0 ? nullptr : find(fetch.peer))
      peer->session->cancel(fetch.want);
    fetches_.erase(at);
    return true;
  }
  return false;
}

const Bytes* PeerRoom::content(TransferId transfer) const {
  for (const auto& fetch : fetches_) {
    if (fetch->wanted.transfer == transfer && fetch->ended) return &fetch->content;
  }
  return nullptr;
}

void PeerRoom::read_stored(peer::PeerSession& session, std::uint32_t number, const peer::Want& want,
                           std::uint32_t offset, std::uint32_t size) {
  const char* table = want.kind == CarKind::kData ? "car" : "file";
  engine_.read({{table, want.car, offset, size}}, [weak = weak_from_this(), peer = session.peer(),
                                                   number](std::vector<std::optional<Bytes>> rows) {
    const auto self = weak.lock();
    if (!self || rows.empty()) return;
    if (Peer* reader = self->find(peer)) reader->session->take_read(number, std::move(rows[0]));
  });
}

// ---- what goes on by itself

std::optional<Input> PeerRoom::next_reply() {
  sweep();
  for (const auto& fetch : fetches_) {
    if (fetch->peer == 0 && !fetch->ended) ask(*fetch);
  }
  if (announce_at_ && *announce_at_ <= engine_.now()) seal();
  if (!listed_) notify_peers();
  if (std::exchange(news_, false)) engine_.note_news(options_.id);
  answer_meta();
  if (replied_ < replies_.size()) return std::move(replies_[replied_++]);
  replies_.clear();
  replied_ = 0;
  return std::nullopt;
}

std::optional<Time> PeerRoom::due() const {
  std::optional<Time> next = announce_at_;
  const auto add = [&](Time time) {
    if (!next || time < *next) next = time;
  };
  for (const auto& peer : peers_) add(peer->session->due());
  if (asked_meta_) add(asked_at_ + kPatience);
  return next;
}

void PeerRoom::wake() {
  for (const auto& peer : peers_) peer->session->wake(engine_.now());
}

void PeerRoom::notify_peers() {
  listed_ = true;
  std::string json = "[";
  for (const auto& peer : peers_) {
    const peer::PeerSession& session = *peer->session;
    if (!session.is_open()) continue;
    if (json.size() > 1) json.push_back(',');
    const auto since = static_cast<std::int64_t>(engine_.host_time(session.since()));
    json.append(R"({"id":")").append(hex(session.engine()));
    json.append(R"(","kind":")").append(session.keeps() ? "keeper" : "live");
    json.append(R"(","since":)").append(std::to_string(since));
    json.append(R"(,"held":)")
        .append(session.held() ? json::cid_list(*session.held()) : std::string("[]"));
    json.push_back('}');
  }
  engine_.send(command::Notify{options_.id, "peers", json + "]"});
}

}  // namespace fireproof
