// What happens when the remote does not hold all that is here: seal, CARs, meta.

#include <algorithm>
#include <array>

#include "replicator/connection.hpp"
#include "replicator/failures.hpp"
#include "replicator/planted_faults.hpp"
#include "replicator/sealer.hpp"

namespace fireproof {
namespace {

/// Milliseconds between pushes while commits keep coming.
constexpr std::array<Time, 7> kGaps{0, 50, 100, 200, 400, 800, 1000};
/// After this long without commits the next is pushed at once.
constexpr Time kQuiet = 2000;

/// Something that goes wrong so often in a row is told, although it is tried again.
constexpr int kTold = 3;

}  // namespace

// ---- CARs

void Connection::push() {
  if (engine_.record().heads.empty()) return end_with_errors();
  // An unchanged meta whose content this session has not seen is asked for again first.
  if (!round_->has_meta) return round_->errors.empty() ? push_later() : end_with_errors();
  round_->waiting = waits_for_others();
  if (round_->waiting) return;
  round_->pushing = true;
  push_gap_ = std::min(push_gap_ + 1, kGaps.size() - 1);
  set_state("pushing");
  seal();
}

/// The tail, and with it what the remote refuses for good, goes into a new CAR.
void Connection::seal() {
  const auto sealed = in_this_round([](Connection& self, const Status& status) {
    if (!status) return self.abandon(status.error(), 0);
    self.seal_again();
  });
  note_seal();
  std::vector<Cid> refused = cars_of(engine_.record().sealed);
  std::erase_if(refused, [&](const Cid& car) { return !refusals_.is_final(car); });
  engine_.sealer().prepare_publishing(refused, sealed);
}

/// Commits that came while it was sealed stay for the next push, so that a stream of them holds up none. A merge that came
/// between has to be sealed first: a head that does not cover the remote's would hide it.
void Connection::check_sealed() {
  if (engine_.record().sealed_head.empty()) return push_later();
  if (engine_.record().sealed_head == engine_.record().clock()) return send_cars();
  const auto check = [](Connection& self) -> Status {
    FIREPROOF_TRY(const bool covers,
                  self.covers(self.engine_.record().sealed_head, self.remote_head_));
    covers ? self.send_cars() : self.push_later();
    return {};
  };
  engine_.start_operation({this,
                           [this, number = round_number_, check]() -> Status {
                             if (!round_ || round_number_ != number) return {};
                             return check(*this);
                           },
                           [this](Error error) {
                             if (round_) abandon(std::move(error), 0);
                           }});
}

void Connection::send_cars() {
  const LocalRecord& record = engine_.record();
  pushed_history_ = engine_.history();
  pushed_head_ = record.sealed_head;
  pushed_group_ = record.sealed.front();
  reset_progress();
  const std::vector<Cid> sealed = cars_of(record.sealed);
  uploads_ = unconfirmed();
  std::erase_if(uploads_, [&](const Transfer& upload) {
    return refusals_.rests(upload.car, engine_.now()) ||
           (upload.kind == CarKind::kData &&
            std::find(sealed.begin(), sealed.end(), upload.car) == sealed.end());
  });
  for (const Cid& car : sealed) {
    if (!refusals_.rests(car, engine_.now())) continue;
    round_->refused = true;
    std::string message = "the remote refuses CAR " + car.text() +
                          "; the next write is sent together with it, as another one";
    round_->errors.push_back({ErrorCode::kServer, std::move(message), true, {}});
  }
  round_->sends_cars = true;
  if (planted::kFault == planted::Fault::kMetaFirst && !uploads_.empty()) return send_meta();
  continue_push();
}

/// A merge came between, so that no header names the whole head: the whole round again, for the same calls.
void Connection::push_later() {
  round_.reset();
  schedule_push();
}

void Connection::launch_uploads() {
  const Conditions known = conditions();
  const bool if_absent = options_.conditional && known.absent != Condition::kUnsupported;
  const bool look_first = may_hide_another_key() && known.absent != Condition::kHonoured;
  while (!paused_ && !uploads_.empty() && round_->transfers.size() < options_.concurrency) {
    const Transfer upload = std::move(uploads_.front());
    uploads_.pop_front();
    const bool replaces = damaged_.contains(upload.car);
    const TransferId transfer = engine_.put_car(
        {options_.id, 0, upload.kind, upload.car, if_absent && !replaces, look_first && !replaces},
        in_this_round([upload](Connection& self, input::CarSent&& reply) {
          self.receive_car_sent(upload, std::move(reply));
        }));
    round_->transfers.emplace(transfer, upload);
  }
}

void Connection::receive_car_sent(const Transfer& sent, input::CarSent&& reply) {
  using input::Stored;
  round_->transfers.erase(reply.transfer);
  if (!reply.stored && engine_.history() != pushed_history_) return begin_again();
  if (planted::kFault == planted::Fault::kDropsFailedUploads && !reply.stored)
    confirmed_.push_back(sent.car);
  if (!reply.stored && reply.stored.error().permanent)
    return refuse(sent, std::move(reply.stored).error());
  if (!reply.stored) return abandon(std::move(reply.stored).error(), reply.retry_after);
  refusals_.forget(sent.car);
  Transfer done = sent;
  done.total = std::max(reply.bytes, sent.total);
  switch (*reply.stored) {
    case Stored::kUnsupported:
      note_conditions({Condition::kUnsupported, Condition::kUnsupported, 0});
      uploads_.push_front(sent);
      return continue_push();
    case Stored::kStored:
      ++pushed_cars_;
      pushed_bytes_ += done.total;
      return confirm(done);
    case Stored::kConditionFailed:
      return may_hide_another_key() || is_lacking(done.car) ? compare_with_remote(done)
                                                            : confirm(done);
  }
}

/// One object that is refused does not stop the others. What is refused again and again rests longer and longer: a CAR of the
/// log is sealed anew together with the next commit, an attachment is parked.
void Connection::refuse(const Transfer& sent, Error error) {
  refusals_.note(sent.car, engine_.now());
  const bool parks = sent.kind == CarKind::kFile && refusals_.is_final(sent.car);
  error.permanent = refusals_.is_final(sent.car);
  if (parks) {
    error.remote = options_.remote;
    notify("error", error_json(error));
  } else {
    round_->refused = true;
    round_->errors.push_back(std::move(error));
  }
  continue_push();
}

/// The remote has a CAR of this name: it is ours if our key opens it.
void Connection::compare_with_remote(const Transfer& sent) {
  const auto compare = [sent](Connection& self, input::CarReceived&& received) {
    const TransferId transfer = received.transfer;
    self.round_->transfers.erase(transfer);
    self.engine_.release(transfer);
    if (!received.bytes)
      return self.abandon(std::move(received.bytes).error(), received.retry_after);
    const Database& database = self.engine_.database();
    const auto opened = *received.bytes
                            ? database.format().open(sent.car, std::move(**received.bytes),
                                                     database.keys(), sent.kind)
                            : fail(ErrorCode::kConflict, "it is gone again");
    if (opened) return self.confirm(sent);
    // Of another key it would say that this one is missing. What is damaged, as by an upload that was cut, is replaced.
    if (is_damage(opened.error().code)) {
      if (!self.damaged_.insert(sent.car).second) return self.abandon(opened.error(), 0);
      self.uploads_.push_front(sent);
      return self.continue_push();
    }
    self.abandon(
        {ErrorCode::kKeyMismatch, "CAR " + sent.car.text() + " at " + self.options_.remote +
                                      " was written with another key: " + opened.error().message},
        0);
  };
  const TransferId transfer =
      engine_.get_car(options_.id, sent.kind, sent.car, in_this_round(compare));
  round_->transfers.emplace(transfer, Transfer{sent.kind, sent.car, 0, 0});
}

void Connection::confirm(const Transfer& sent) {
  confirmed_.push_back(sent.car);
  damaged_.erase(sent.car);
  round_->advanced = true;
  ++round_cars_;
  round_bytes_ += sent.total;
  notify_progress();
  continue_push();
}

void Connection::continue_push() {
  if (!round_->sends_cars) return;
  launch_uploads();
  if (paused_ || !uploads_.empty() || !round_->transfers.empty()) return;
  if (round_->refused) return end_refused();
  if (needs_probe()) return probe();
  send_meta();
}

/// A meta that names what was refused would lead readers to nothing. What was confirmed is kept.
void Connection::end_refused() {
  save_confirmed({}, in_this_round([](Connection& self, const Result<bool>& saved) {
                   if (!saved) return self.abandon(saved.error(), 0);
                   self.end_with_errors();
                 }));
}

// ---- meta

void Connection::send_meta() {
  using Put = command::PutMeta::Condition;
  round_->sends_cars = paused_;  // `resume` then goes on from here: no CAR is left to be sent
  if (paused_) return;
  if (engine_.history() != pushed_history_) return begin_again();  // exchanged since it was sealed
  if (engine_.record().provisional && remote_state().offered != pushed_group_) return offer();
  const Conditions known = conditions();
  const bool has_etag = !round_->etag.empty();
  const Condition observed = has_etag         ? known.match
                             : round_->absent ? known.absent
                                              : Condition::kUnsupported;
  Put condition = Put::kNone;
  if (options_.conditional && observed != Condition::kUnsupported)
    condition = has_etag ? Put::kMatch : Put::kAbsent;
  relies_on_condition_ = condition != Put::kNone && observed == Condition::kHonoured;
  sent_meta_ = engine_.database().format().write_meta(pushed_group_, engine_.sealing_key(),
                                                      round_->adopted_base);
  if (planted::kFault == planted::Fault::kUnconditionalMeta) condition = Put::kNone;
  engine_.send(command::PutMeta{options_.id, sent_meta_, condition, round_->etag});
}

void Connection::receive_meta_sent(input::MetaSent&& sent) {
  if (!round_ || !round_->pushing) return;
  if (!sent.stored) return abandon(std::move(sent.stored).error(), sent.retry_after);
  switch (*sent.stored) {
    case input::Stored::kConditionFailed:
      return begin_again();
    case input::Stored::kUnsupported:
      note_conditions({Condition::kUnsupported, Condition::kUnsupported, 0});
      return send_meta();
    case input::Stored::kStored:
      return finish_push(std::move(sent.etag));
  }
}

/// Somebody else wrote the meta first. After a random wait: read theirs, merge, try again. What repeats is told: other writers
/// may be fast, but it may also be a remote that answers so whatever it is asked.
void Connection::begin_again() {
  ++conflicts_.times;
  conflicts_.on_same_meta = conflicts_.meta == round_->meta ? conflicts_.on_same_meta + 1 : 1;
  conflicts_.meta = round_->meta;
  // Nobody else has written it: the remote does not know its own ETag again.
  if (conflicts_.on_same_meta == kTold && !round_->etag.empty())
    note_conditions({conditions().absent, Condition::kUnsupported, 0});
  if (conflicts_.times >= kTold) {
    last_error_ =
        Error{ErrorCode::kConflict,
              conflicts_.on_same_meta >= kTold
                  ? options_.remote +
                        " says that its meta has changed, and it has not: its ETags "
                        "cannot be relied on"
                  : "the meta at " + options_.remote + " was replaced " +
                        std::to_string(conflicts_.times) + " times while ours was on its way",
              false, options_.remote};
    notify("error", error_json(*last_error_));
  }
  save_confirmed({}, [](const Result<bool>&) {});
  for (const auto& [transfer, what] : round_->transfers) engine_.release(transfer);
  round_.reset();
  uploads_.clear();
  last_base_.reset();
  retrying_ = true;
  due_ = engine_.now() + backoff_.next(engine_.random(), 0);
  if (conflicts_.times >= kTold) set_state("pushing");
}

void Connection::finish_push(std::string etag) {
  const auto written = engine_.database().format().read_meta(sent_meta_);
  MetaBase base = round_->adopted_base;
  if (written && !written->entries.empty()) base.replaced = {written->entries.front().event};
  last_base_.emplace(etag, std::move(base));
  remote_head_ = pushed_head_;
  conflicts_ = {};
  std::erase_if(round_->errors,
                [](const Error& error) { return error.code == ErrorCode::kCorruptMeta; });
  // Where conditions are not observed somebody may have overwritten it already: that is seen at the next look.
  settles_ = !relies_on_condition_ || etag.empty();
  offered_at_ = engine_.now();
  note_push();
  RemoteState state;
  if (!settles_) {
    // With entries that could not be read, it has to be read again although nobody changes it.
    if (round_->errors.empty()) state.etag = std::move(etag);
    state.covered = pushed_head_;
  }
  save_confirmed(std::move(state), in_this_round([](Connection& self, const Result<bool>& saved) {
                   if (!saved) return self.abandon(saved.error(), 0);
                   self.end_with_errors();
                   if (self.settles_) self.due_ = self.settles_at_;
                 }));
}

/// Puts what was confirmed into the record, and `state` if it says more than is known.
void Connection::save_confirmed(std::optional<RemoteState> state,
                                const std::function<void(Result<bool>)>& done) {
  LocalRecord record = engine_.record();
  RemoteState& known = record.remotes[options_.remote];
  std::vector<Cid> confirmed = known.confirmed;
  confirmed.insert(confirmed.end(), confirmed_.begin(), confirmed_.end());
  if (state) {
    known.etag = state->etag;
    known.covered = state->covered;
    if (!state->covered.empty()) record.provisional = false;
  }
  if (!record.provisional) known.offered.clear();
  if (found_conditions_) known.conditions = *found_conditions_;
  // What no log and no document needs any more need not be remembered.
  const std::vector<Cid> cars = cars_of(record.car_log());
  std::unordered_set<Cid, CidHash> needed(cars.begin(), cars.end());
  needed.insert(record.files.begin(), record.files.end());
  known.confirmed.clear();
  for (Cid& car : confirmed) {
    if (needed.erase(car) > 0) known.confirmed.push_back(std::move(car));
  }
  // What is left of the needed ones is not confirmed.
  std::erase_if(known.lacking, [&](const Cid& car) { return !needed.contains(car); });
  engine_.commit({std::move(record), {}, {}, {}},
                 [weak = weak_from_this(), state, done](Result<bool> stored) {
                   const auto self = weak.lock();
                   if (!self) return;
                   if (stored && !*stored) return self->save_confirmed(state, done);
                   if (stored) self->confirmed_.clear();
                   done(std::move(stored));
                 });
}

// ---- when

void Connection::note_change() {
  if (is_safe() != reported_safe_) set_state(std::string(state_));
  if (round_ || !can_push() || !has_work()) return;
  // A write ends a wait once: the way may be free again. What fails then waits as long as it has to.
  if (retrying_ && std::exchange(hurried_, true)) return;
  if (engine_.now() - last_change_ > kQuiet) push_gap_ = 0;
  last_change_ = engine_.now();
  schedule_push();
}

void Connection::schedule_push() {
  const Time at = engine_.now() + kGaps[push_gap_];
  if (!due_ || *due_ > at) due_ = at;
}

}  // namespace fireproof
