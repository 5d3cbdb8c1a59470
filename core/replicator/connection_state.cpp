// What is known of the remote: what it holds, what it lacks, whether anything may be sent.

#include <algorithm>

#include "replicator/connection.hpp"
#include "replicator/failures.hpp"
#include "replicator/peer_room.hpp"

namespace fireproof {

const RemoteState& Connection::remote_state() const {
  static const RemoteState kNothing;
  const auto& remotes = engine_.record().remotes;
  const auto at = remotes.find(options_.remote);
  return at == remotes.end() ? kNothing : at->second;
}

/// The CARs of ours that the remote is not known to hold: attachments, then the log from its beginning.
std::deque<Transfer> Connection::unconfirmed() const {
  const LocalRecord& record = engine_.record();
  const std::vector<Cid>& known = remote_state().confirmed;
  std::unordered_set<Cid, CidHash> seen(known.begin(), known.end());
  seen.insert(confirmed_.begin(), confirmed_.end());
  std::deque<Transfer> missing;
  for (const Cid& car : record.files) {
    if (seen.insert(car).second) missing.push_back({CarKind::kFile, car, 0, 0});
  }
  const BlockIndex& index = engine_.database().index();
  std::vector<Cid> cars = cars_of(record.car_log());
  std::reverse(cars.begin(), cars.end());
  for (const Cid& car : cars) {
    if (!seen.insert(car).second) continue;
    const auto number = index.number(car);
    missing.push_back({CarKind::kData, car, 0, number ? index.car(*number).size : 0});
  }
  return missing;
}

/// The remote's meta is known to name the whole head, and nothing here has to be sealed for that.
bool Connection::covers_head() const {
  const LocalRecord& record = engine_.record();
  return record.tail.empty() && remote_state().covered == record.clock();
}

bool Connection::is_safe() const {
  if (const PeerRoom* peers = engine_.peers_of(options_.id)) return peers->keeps(engine_.record());
  if (!covers_head() || !remote_state().lacking.empty()) return false;
  const std::vector<Cid>& files = engine_.record().files;
  if (files.empty()) return true;
  const std::vector<Cid>& confirmed = remote_state().confirmed;
  const std::unordered_set<Cid, CidHash> held(confirmed.begin(), confirmed.end());
  return std::all_of(files.begin(), files.end(),
                     [&](const Cid& file) { return held.contains(file); });
}

bool Connection::is_lacking(const Cid& car) const {
  const std::vector<Cid>& lacking = remote_state().lacking;
  return std::find(lacking.begin(), lacking.end(), car) != lacking.end();
}

/// Attachments that the remote refuses for good.
std::vector<Cid> Connection::parked() const {
  std::vector<Cid> refused;
  for (const Cid& file : engine_.record().files) {
    if (refusals_.is_final(file)) refused.push_back(file);
  }
  return refused;
}

/// When the first object is offered again that the remote has refused and that it still lacks; not at once.
std::optional<Time> Connection::next_offer() const {
  if (!options_.pushes) return std::nullopt;
  std::optional<Time> next;
  for (const Transfer& missing : unconfirmed()) {
    const auto at = refusals_.offered_at(missing.car);
    if (at && (!next || *at < *next)) next = at;
  }
  if (next) next = std::max(*next, engine_.now() + Refusals::kFirstRest);
  return next;
}

/// True if there is something to send that the remote may take.
bool Connection::has_work() const {
  if (!covers_head()) return true;
  if (is_safe()) return false;
  const std::deque<Transfer> missing = unconfirmed();
  return std::any_of(missing.begin(), missing.end(), [&](const Transfer& each) {
    return !refusals_.rests(each.car, engine_.now());
  });
}

/// False while what the remote has cannot be merged: what is written then would hide it.
bool Connection::can_push() const {
  if (!options_.pushes || paused_) return false;
  if (!round_) return true;
  // What was in a meta that nobody can read any more is ours, or its writer sends it again.
  const bool is_ours = round_->replaces_meta && !remote_state().confirmed.empty();
  const bool has_entries = engine_.database().format().has_genesis();
  return !round_->pulls_only && may_publish_first() &&
         std::all_of(round_->errors.begin(), round_->errors.end(), [&](const Error& error) {
           if (error.code == ErrorCode::kCorruptMeta) return is_ours;
           return has_entries && (is_damage(error.code) || error.code == ErrorCode::kKeyMissing);
         });
}

}  // namespace fireproof
