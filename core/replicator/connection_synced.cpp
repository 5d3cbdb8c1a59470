// `synced()`: what a call waits for, by itself, so that no later write holds it up.

#include <algorithm>

#include "replicator/connection.hpp"

namespace fireproof {
namespace {

/// A store without conditions is looked at again before its meta counts as written.
constexpr Time kSettleAtLeast = 500;
constexpr Time kSettleAtMost = 2000;

}  // namespace

void Connection::answer_when_synced(CallId call) {
  SyncedCall& synced = synced_calls_.emplace_back();
  synced.call = call;
  synced.after = round_number_;
  synced.history = engine_.history();
  synced.head = engine_.record().clock();
  for (const Transfer& missing : unconfirmed()) {
    if (missing.kind == CarKind::kFile) synced.files.push_back(missing.car);
  }
  const bool settles = engine_.now() < settles_at_;
  if (settles) synced.settles_at = settles_at_;
  if (settles && !retrying_) return look_for_synced_calls();
  begin_round();
}

/// Plans the round that calls wait for. While the last push settles, the look that ends this serves them as well.
void Connection::look_for_synced_calls() {
  const bool all_pulled = std::all_of(synced_calls_.begin(), synced_calls_.end(),
                                      [](const SyncedCall& synced) { return synced.pulled; });
  if (round_ || retrying_ || all_pulled) return;
  const Time at = std::max(engine_.now(), settles_at_);
  if (!due_ || *due_ > at) due_ = at;
}

/// When the history was exchanged, what was written before is a part of the one that took its place.
void Connection::follow_history(SyncedCall& synced) const {
  if (synced.history == engine_.history()) return;
  synced.history = engine_.history();
  synced.head = engine_.record().clock();
  synced.files = engine_.record().files;
  synced.held = false;
  synced.sealed_in = 0;
  synced.settles_at.reset();
}

/// To be called at the end of a pull: it is what calls before it wait for, and its meta may cover their heads.
void Connection::note_pull() {
  const bool applied = round_->errors.empty();
  for (SyncedCall& synced : synced_calls_) {
    follow_history(synced);
    if (applied && synced.after < round_number_) synced.pulled = true;
    if (synced.held || round_->entries.empty()) continue;
    const Result<bool> covered = remote_covers(synced.head);
    if (covered && *covered) {
      synced.held = !synced.settles_at || engine_.now() >= *synced.settles_at;
    } else {
      synced.settles_at.reset();  // not written yet, or overwritten
    }
  }
}

/// To be called when a push begins to seal: what it sends holds all heads of before.
void Connection::note_seal() {
  for (SyncedCall& synced : synced_calls_) {
    follow_history(synced);
    synced.sealed_in = round_number_;
  }
}

/// To be called when a meta was stored. Where its condition is not relied on, somebody may have overwritten it already.
void Connection::note_push() {
  const Time span = (kSettleAtMost - kSettleAtLeast) * engine_.random().next();
  if (settles_) settles_at_ = engine_.now() + kSettleAtLeast + span;
  for (SyncedCall& synced : synced_calls_) {
    if (settles_) {
      if (!synced.settles_at) synced.settles_at = settles_at_;
    } else if (synced.sealed_in == round_number_ && synced.history == pushed_history_) {
      synced.held = true;
    }
  }
}

/// To be called at the end of a round: if the remote holds everything, it holds the heads that calls wait for.
void Connection::note_covered() {
  if (!covers_head()) return;
  for (SyncedCall& synced : synced_calls_) {
    follow_history(synced);
    synced.held = true;
  }
}

bool Connection::is_fulfilled(const SyncedCall& synced) const {
  if (!synced.pulled || !options_.pushes) return synced.pulled;
  if (!synced.held || synced.history != engine_.history()) return false;
  if (synced.files.empty()) return true;
  const std::deque<Transfer> missing = unconfirmed();
  return std::none_of(missing.begin(), missing.end(), [&](const Transfer& car) {
    const auto& files = synced.files;
    return car.kind == CarKind::kFile && !refusals_.is_final(car.car) &&
           std::find(files.begin(), files.end(), car.car) != files.end();
  });
}

void Connection::answer_synced_calls() {
  std::erase_if(synced_calls_, [&](const SyncedCall& synced) {
    const bool fulfilled = is_fulfilled(synced);
    if (fulfilled) engine_.answer(synced.call, "{}");
    return fulfilled;
  });
}

}  // namespace fireproof
