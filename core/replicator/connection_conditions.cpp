// What the remote makes of conditional requests, and how that is found out: DECISIONS on stores without conditions.

#include <algorithm>
#include <unordered_set>

#include "replicator/connection.hpp"

namespace fireproof {
namespace {

/// After this long a remote is probed again: its owner may have changed it.
constexpr Time kProbeAfter = 24 * 3600 * 1000.0;

}  // namespace

Conditions Connection::conditions() const {
  if (!options_.conditional) return {Condition::kUnsupported, Condition::kUnsupported, 0};
  return found_conditions_ ? *found_conditions_ : remote_state().conditions;
}

bool Connection::needs_probe() const {
  if (!options_.conditional) return false;
  const Conditions known = conditions();
  if (known.absent == Condition::kUnknown && known.match == Condition::kUnknown) return true;
  const Time age = engine_.host_time(engine_.now()) - known.probed_at;
  return age < 0 || age > kProbeAfter;
}

/// An encrypted 0.24 CAR is named by its plaintext: an object of that name may be another device's under another key, and
/// must not be overwritten.
bool Connection::may_hide_another_key() const {
  return !engine_.is_public() && engine_.database().format().has_genesis();
}

/// Stores a CAR that is there once more, under conditions that do not hold. The smallest of the log, because it is sent twice;
/// not one that another connection has sealed meanwhile and that is not there: it would be stored, as if nothing were observed.
void Connection::probe() {
  const BlockIndex& index = engine_.database().index();
  const std::vector<Cid>& known = remote_state().confirmed;
  std::unordered_set<Cid, CidHash> held(known.begin(), known.end());
  held.insert(confirmed_.begin(), confirmed_.end());
  std::optional<Cid> smallest;
  std::uint64_t least = UINT64_MAX;
  for (const Cid& car : cars_of(engine_.record().sealed)) {
    const auto number = index.number(car);
    if (!number || !held.contains(car) || index.car(*number).size >= least) continue;
    least = index.car(*number).size;
    smallest = car;
  }
  if (!smallest) return send_meta();
  const auto take = [](Connection& self, input::ConditionsProbed&& probed) {
    self.round_->transfers.erase(probed.transfer);
    // A failure says nothing. If it lasts, the meta fails too; else the next push asks again.
    if (probed.conditions) self.note_conditions(*probed.conditions);
    self.send_meta();
  };
  const TransferId transfer = engine_.probe(options_.id, *smallest, in_this_round(take));
  round_->transfers.emplace(transfer, Transfer{CarKind::kData, *smallest, 0, 0});
}

/// Goes into the record with the next confirmations.
void Connection::note_conditions(Conditions found) {
  found.probed_at = engine_.host_time(engine_.now());
  found_conditions_ = found;
}

}  // namespace fireproof
