// What peers are told: the head that is stored here, and what is sealed.

#include <algorithm>
#include <array>

#include "replicator/peer_room.hpp"
#include "replicator/sealer.hpp"

namespace fireproof {
namespace {

/// Milliseconds between announcements while commits keep coming, and after how long without one they start again.
constexpr std::array<Time, 7> kAnnounceGaps{0, 50, 100, 200, 400, 800, 1000};
constexpr Time kAnnounceQuiet = 2000;

/// Where a head is merged, and nothing was written, the peers have usually merged the same: a random time from the first to the
/// second, in which they say so, before a header is sealed for it.
constexpr Time kMergeAtLeast = 100;
constexpr Time kMergeAtMost = 400;

}  // namespace

/// The head up to which everything is stored here.
std::vector<Cid> PeerRoom::held_here() const {
  const LocalRecord& record = engine_.record();
  const bool whole = record.missing.empty() && engine_.database().lost().empty();
  return whole ? record.clock() : std::vector<Cid>();
}

bool PeerRoom::keeps(const LocalRecord& record) const {
  if (!record.files.empty()) return false;
  return std::any_of(peers_.begin(), peers_.end(), [&](const auto& entry) {
    const peer::PeerSession& session = *entry->session;
    return session.is_open() && session.keeps() && session.held() == record.clock();
  });
}

void PeerRoom::note_change() {
  for (const auto& peer : peers_) {
    if (peer->session->is_open()) peer->session->tell_held(held_here());
  }
  plan();
}

/// True if a peer needs nothing, or has not said yet what it has.
bool PeerRoom::is_told(const Peer& peer) const {
  const LocalRecord& record = engine_.record();
  if (!peer.session->is_open() || !peer.session->held()) return true;
  if (*peer.session->held() == record.clock()) return true;
  return !record.sealed.empty() && record.sealed_head == record.clock() && record.tail.empty() &&
         peer.told == record.sealed.front();
}

/// Decides when the next announcement is due.
void PeerRoom::plan() {
  const LocalRecord& record = engine_.record();
  const bool all_told = std::all_of(peers_.begin(), peers_.end(),
                                    [this](const auto& entry) { return is_told(*entry); });
  if (!options_.announces || record.heads.empty() || all_told) {
    announce_at_.reset();
    return;
  }
  if (announcing_) return;
  const Time now = engine_.now();
  if (now - announced_at_ > kAnnounceQuiet) gap_ = 0;
  Time at = std::max(now, announced_at_ + kAnnounceGaps[gap_]);
  const bool merges = record.tail.empty() && record.sealed_head != record.clock();
  if (merges) at = now + kMergeAtLeast + (kMergeAtMost - kMergeAtLeast) * engine_.random().next();
  if (!announce_at_ || *announce_at_ > at) announce_at_ = at;
}

void PeerRoom::seal() {
  announce_at_.reset();
  announcing_ = true;
  announced_at_ = engine_.now();
  gap_ = std::min(gap_ + 1, kAnnounceGaps.size() - 1);
  engine_.sealer().prepare_publishing({}, [weak = weak_from_this()](const Status& status) {
    const auto self = weak.lock();
    if (!self) return;
    if (status && !self->engine_.record().sealed_head.empty()) return self->announce();
    self->announcing_ = false;  // what came between is sealed next time
    if (status) self->plan();
  });
}

/// Reads the CARs that are new to everybody and small enough to go along, then tells those who need it.
void PeerRoom::announce() {
  const LocalRecord& record = engine_.record();
  const BlockIndex& index = engine_.database().index();
  std::size_t room = peer::kLargestFrame;
  for (const auto& peer : peers_) {
    if (peer->session->is_open()) room = std::min(room, peer->session->room_beside());
  }
  const CarGroup group = record.sealed.front();
  std::vector<StoredRange> rows;
  for (const CarGroup& sealed : record.sealed) {
    if (sealed == announced_ && !rows.empty()) break;
    std::size_t size = 0;
    for (const Cid& car : sealed) {
      const auto number = index.number(car);
      size += number ? index.car(*number).size : room;
    }
    if (size > room) break;
    room -= size;
    for (const Cid& car : sealed) rows.push_back({"car", car, 0, 0});
    if (announced_.empty()) break;
  }
  std::vector<Cid> cars;
  for (const StoredRange& row : rows) cars.push_back(row.key);
  const auto tell = [weak = weak_from_this(), group,
                     cars = std::move(cars)](std::vector<std::optional<Bytes>> found) {
    const auto self = weak.lock();
    if (!self) return;
    std::vector<std::pair<Cid, Bytes>> beside;
    for (std::size_t i = 0; i < found.size() && i < cars.size(); ++i) {
      if (found[i]) beside.emplace_back(cars[i], std::move(*found[i]));
    }
    self->tell(group, std::move(beside));
  };
  if (rows.empty()) return tell({});
  engine_.read(std::move(rows), tell);
}

void PeerRoom::tell(const CarGroup& group, std::vector<std::pair<Cid, Bytes>> cars) {
  announcing_ = false;
  const LocalRecord& record = engine_.record();
  // Compacted since: there is another one to tell.
  const bool stands =
      std::find(record.sealed.begin(), record.sealed.end(), group) != record.sealed.end();
  if (!stands) return plan();
  announced_ = group;
  const peer::Meta meta{engine_.database().format().write_meta(group, engine_.sealing_key(), {}),
                        !record.provisional, std::move(cars)};
  for (const auto& peer : peers_) {
    if (is_told(*peer) || peer->told == group) continue;
    peer->told = group;
    if (!(peer->session->record() == meta.record)) peer->session->announce(meta);
  }
  plan();
}

}  // namespace fireproof
