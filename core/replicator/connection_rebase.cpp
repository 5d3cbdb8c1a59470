// First writers: what happens when a provisional history meets that of a remote, and when it stops being provisional.

#include <algorithm>

#include "replicator/connection.hpp"
#include "replicator/failures.hpp"
#include "replicator/rebase.hpp"
#include "replicator/resealing.hpp"

namespace fireproof {
namespace {

/// Two first writers have met on a store without conditions if the other's meta is seen this long, in milliseconds, after
/// one's own was written. Later, the other may count on it that its own stays.
constexpr Time kMeets = 4000;

/// There, a first meta that is still seen this long after it was written stays: who had not seen it when it was written has
/// written again by now, or gives way.
constexpr Time kStays = 6000;

}  // namespace

/// True if the database may exchange its key for that of a remote.
bool Connection::may_take_key(const SecretKey& key) const {
  const auto& given = engine_.given_key();
  return engine_.record().provisional && (!given || *given == key);
}

/// Takes out the entries of histories of ours that were exchanged since, which are no stranger's: the present one takes their
/// place. True if they were all that the meta had.
bool Connection::drop_exchanged(Meta& meta) const {
  const std::vector<CarGroup>& dropped = engine_.record().dropped;
  const auto count = std::erase_if(
      meta.entries, [&](const MetaEntry& entry) { return contains_group(dropped, entry.group); });
  return count > 0 && meta.entries.empty();
}

/// Whether what the remote has is to be merged, or to be taken for ours.
Result<Connection::Meeting> Connection::meet() {
  Database& database = engine_.database();
  const LocalRecord& record = engine_.record();
  if (database.format().has_genesis()) return Meeting::kRelated;
  const KeyRing::Key* key = database.keys().default_key();
  const bool other_key = round_->remote_key && key && !(key->secret == *round_->remote_key);
  if (other_key && !may_take_key(*round_->remote_key)) {
    round_->errors.push_back(other_key_error());
    return Meeting::kRefused;
  }
  const bool complete =
      !round_->entries.empty() &&
      std::all_of(round_->entries.begin(), round_->entries.end(), [&](const MetaEntry& entry) {
        return !round_->known.contains(entry.group.front()) &&
               round_->headers.contains(entry.group.front());
      });
  if (!complete) return other_key ? Meeting::kRefused : Meeting::kRelated;
  if (other_key) return Meeting::kForeign;
  if (record.heads.empty() || !record.provisional) return Meeting::kRelated;
  for (const MetaEntry& entry : round_->entries) {
    const auto adoption =
        adopt(database, record, entry.group, round_->headers.at(entry.group.front()));
    if (adoption) return Meeting::kRelated;
    if (adoption.error().code == ErrorCode::kSuspended) return suspended();
    if (adoption.error().code != ErrorCode::kUnrelatedHistory) return Meeting::kRelated;
  }
  return Meeting::kForeign;
}

Error Connection::other_key_error() const {
  return {ErrorCode::kKeyMismatch,
          "the database at " + options_.remote + " uses another key than this one"};
}

/// Gives way to the remote's history, or claims the remote for ours.
Status Connection::rebase() {
  const LocalRecord& record = engine_.record();
  for (const auto& [name, state] : record.remotes) {
    // It may hold our history already, and then that is no longer ours to exchange.
    if (name == options_.remote || state.offered.empty() || !engine_.is_connected(name)) continue;
    abandon({ErrorCode::kConflict, "the history at " + options_.remote +
                                       " is another one, and whether ours is at " + name +
                                       " is not known yet"},
            0);
    return {};
  }
  const bool met = conditions().absent != Condition::kHonoured && !remote_state().offered.empty() &&
                   offered_at_ && engine_.now() - *offered_at_ <= kMeets;
  if (met) {
    FIREPROOF_TRY(const Cid ours, first_event(engine_.database(), record.clock()));
    FIREPROOF_TRY(const Cid theirs, first_event(engine_.database(), head_of_remote()));
    if (CidTextOrder{}(ours, theirs)) {
      round_->entries.clear();  // published again: they give way
      return adopt_entries();
    }
  }
  Rebase::Found found{options_.remote, {}, round_->remote_key, round_->etag, {}, round_->rows,
                      round_->replaced};
  for (const MetaEntry& entry : round_->entries)
    found.entries.emplace_back(entry.group, round_->headers.at(entry.group.front()));
  found.fetched.assign(round_->fetched.begin(), round_->fetched.end());
  round_->rebase = Rebase::start(engine_, std::move(found),
                                 in_this_round([](Connection& self, Result<bool> done) {
                                   self.finish_rebase(std::move(done));
                                 }));
  return {};
}

void Connection::finish_rebase(Result<bool> done) {
  if (!done && done.error().code == ErrorCode::kCorruptBlock && want_replaced_groups()) {
    round_->adopting = false;
    return launch();
  }
  if (!done) return abandon(std::move(done).error(), 0);
  if (!*done) {  // the history is not provisional any more
    round_->adopting = false;
    return continue_round();
  }
  release(std::exchange(round_->held_transfers, {}));
  round_->rows.clear();
  round_->adopted_base = {};
  remote_head_ = head_of_remote();
  round_->covers = remote_state().covered == engine_.record().clock();
  offered_at_.reset();
  finish();
}

/// To be called with the record after an adoption, when the remote's history is ours: then it stays.
void Connection::settle_history(LocalRecord& record) {
  settling_ = false;
  if (!record.provisional) return;
  const bool may_be_overwritten = conditions().absent != Condition::kHonoured &&
                                  !remote_state().offered.empty() &&
                                  !engine_.database().format().has_genesis();
  if (may_be_overwritten) {
    if (!offered_at_) offered_at_ = engine_.now();
    settling_ = engine_.now() - *offered_at_ < kStays;
    if (settling_) return;
  }
  record.provisional = false;
  for (auto& [name, state] : record.remotes) state.offered.clear();
}

/// When the meta has to be looked at again before the history counts as the remote's.
std::optional<Time> Connection::settles_at() const {
  if (!settling_ || !offered_at_) return std::nullopt;
  return *offered_at_ + kStays;
}

/// Notes in the record that a meta of a provisional history may get to the remote, before it does.
void Connection::offer() {
  LocalRecord record = engine_.record();
  record.remotes[options_.remote].offered = pushed_group_;
  engine_.commit({std::move(record), {}, {}, {}},
                 in_this_round([](Connection& self, const Result<bool>& stored) {
                   if (!stored) return self.abandon(stored.error(), 0);
                   self.send_meta();  // looks again whether it still may
                 }));
}

/// Before anything leaves under a key that was chosen after it was written, it is sealed with that key.
void Connection::seal_again() {
  const KeyRing& keys = engine_.database().keys();
  if (!engine_.database().format().has_genesis() || keys.keys().size() < 2) return check_sealed();
  std::deque<Resealing::StoredCar> cars;
  for (const Transfer& upload : unconfirmed()) cars.push_back({upload.kind, upload.car});
  round_->resealing =
      Resealing::start(engine_, std::move(cars), in_this_round([](Connection& self, Status sealed) {
                         if (!sealed) return self.abandon(std::move(sealed).error(), 0);
                         self.check_sealed();
                       }));
}

/// False before one of the remote's CARs was opened: names of 0.24 do not tell the key, so that even one that is held here may
/// be under another one there. What was proven once stays so, also when the remote loses what it had.
bool Connection::is_proven() const { return proven_ || !may_hide_another_key(); }

/// False if nothing of what the remote names could be opened: then it is somebody else's, and nothing is written there.
bool Connection::may_publish_first() const { return !round_->names_cars || is_proven(); }

// ---- several remotes

/// An empty remote waits: another one may have a history, and then that is the one.
bool Connection::waits_for_others() const {
  return round_->absent && engine_.record().provisional &&
         !engine_.database().format().has_genesis() && engine_.others_are_looking(this);
}

void Connection::note_look_of_others() {
  if (!round_ || !round_->waiting || engine_.others_are_looking(this)) return;
  round_->waiting = false;
  push();
}

void Connection::note_own_look() {
  if (!std::exchange(looked_, true)) engine_.note_look();
}

}  // namespace fireproof
