// What happens when the remote does not hold all that is here: seal, CARs, meta.

#include <algorithm>
#include <array>

#include "replicator/connection.hpp"
#include "replicator/failures.hpp"
#include "replicator/sealer.hpp"

namespace fireproof {
namespace {

/// Milliseconds between pushes while commits keep coming.
constexpr std::array<Time, 7> kGaps{0, 50, 100, 200, 400, 800, 1000};
/// After this long without commits the next is pushed at once.
constexpr Time kQuiet = 2000;

/// A store without conditions is looked at again before its meta counts as written.
constexpr Time kSettleAtLeast = 500;
constexpr Time kSettleAtMost = 2000;

}  // namespace

// ---- what is known of the remote

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

bool Connection::is_safe() const {
  const LocalRecord& record = engine_.record();
  const RemoteState& state = remote_state();
  if (!record.tail.empty() || state.covered != record.clock()) return false;
  if (record.files.empty()) return true;
  const std::unordered_set<Cid, CidHash> held(state.confirmed.begin(), state.confirmed.end());
  return std::all_of(record.files.begin(), record.files.end(),
                     [&](const Cid& file) { return held.contains(file); });
}

/// False while what the remote has cannot be merged: what is written then would hide it.
bool Connection::can_push() const {
  if (!options_.pushes || paused_) return false;
  if (!round_) return true;
  const bool has_entries = engine_.database().format().has_genesis();
  return !round_->pulls_only &&
         std::all_of(round_->errors.begin(), round_->errors.end(),
                     [&](const Error& error) { return has_entries && is_damage(error.code); });
}

// ---- CARs

void Connection::push() {
  // An unchanged meta whose content this session has not seen is asked for again first.
  if (!round_->has_meta || engine_.record().heads.empty()) return end_with_errors();
  round_->pushing = true;
  push_gap_ = std::min(push_gap_ + 1, kGaps.size() - 1);
  set_state("pushing");
  engine_.sealer().prepare_publishing(in_this_round([](Connection& self, const Status& sealed) {
    if (!sealed) return self.abandon(sealed.error(), 0);
    self.send_cars();
  }));
}

void Connection::send_cars() {
  const LocalRecord& record = engine_.record();
  if (record.sealed_head.empty()) return end_with_errors();  // a merge came between; again
  pushed_head_ = record.sealed_head;
  pushed_group_ = record.sealed.front();
  round_cars_ = 0;
  round_bytes_ = 0;
  reported_bytes_ = 0;
  const std::vector<Cid> sealed = cars_of(record.sealed);
  uploads_ = unconfirmed();
  std::erase_if(uploads_, [&](const Transfer& upload) {
    return upload.kind == CarKind::kData &&
           std::find(sealed.begin(), sealed.end(), upload.car) == sealed.end();
  });
  continue_push();
}

void Connection::launch_uploads() {
  while (!paused_ && !uploads_.empty() && round_->transfers.size() < options_.concurrency) {
    const Transfer upload = std::move(uploads_.front());
    uploads_.pop_front();
    const TransferId transfer =
        engine_.put_car(options_.id, upload.kind, upload.car, options_.conditional,
                        in_this_round([upload](Connection& self, input::CarSent&& reply) {
                          self.receive_car_sent(upload, std::move(reply));
                        }));
    round_->transfers.emplace(transfer, upload);
  }
}

void Connection::receive_car_sent(const Transfer& sent, input::CarSent&& reply) {
  const Transfer under_way = round_->transfers[reply.transfer];
  round_->transfers.erase(reply.transfer);
  if (!reply.stored) return abandon(std::move(reply.stored).error(), reply.retry_after);
  // The name of an encrypted 0.24 CAR says nothing of the key: under another one, it has other bytes.
  const bool name_is_proof = engine_.is_public() || !engine_.database().format().has_genesis();
  if (*reply.stored) count_upload(under_way.total);
  if (*reply.stored || name_is_proof) return confirm(sent.car);
  compare_with_remote(sent);
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
    if (opened) return self.confirm(sent.car);
    self.abandon(
        {ErrorCode::kKeyMismatch, "CAR " + sent.car.text() + " at " + self.options_.remote +
                                      " was written with another key: " + opened.error().message},
        0);
  };
  const TransferId transfer =
      engine_.get_car(options_.id, sent.kind, sent.car, in_this_round(compare));
  round_->transfers.emplace(transfer, Transfer{sent.kind, sent.car, 0, 0});
}

void Connection::count_upload(std::uint64_t bytes) {
  ++pushed_cars_;
  pushed_bytes_ += bytes;
  round_bytes_ += bytes;
}

void Connection::confirm(const Cid& car) {
  confirmed_.push_back(car);
  ++round_cars_;
  notify_progress();
  continue_push();
}

void Connection::continue_push() {
  launch_uploads();
  if (paused_ || !uploads_.empty() || !round_->transfers.empty()) return;
  send_meta();
}

// ---- meta

void Connection::send_meta() {
  using Condition = command::PutMeta::Condition;
  sent_meta_ = engine_.database().format().write_meta(pushed_group_, engine_.sealing_key(),
                                                      round_->adopted_base);
  Condition condition = Condition::kNone;
  if (options_.conditional && round_->absent) condition = Condition::kAbsent;
  if (options_.conditional && !round_->etag.empty()) condition = Condition::kMatch;
  engine_.send(command::PutMeta{options_.id, sent_meta_, condition, round_->etag});
}

void Connection::receive_meta_sent(input::MetaSent&& sent) {
  if (!round_ || !round_->pushing) return;
  if (!sent.stored) return abandon(std::move(sent.stored).error(), sent.retry_after);
  if (!*sent.stored) return begin_again();
  finish_push(std::move(sent.etag));
}

/// Somebody else wrote the meta first. After a random wait: read theirs, merge, try again.
void Connection::begin_again() {
  save_confirmed({}, [](const Result<bool>&) {});
  round_.reset();
  uploads_.clear();
  last_base_.reset();
  retrying_ = true;
  due_ = engine_.now() + backoff_.next(engine_.random(), 0);
}

void Connection::finish_push(std::string etag) {
  const auto written = engine_.database().format().read_meta(sent_meta_);
  MetaBase base = round_->adopted_base;
  if (written && !written->entries.empty()) base.replaced = {written->entries.front().event};
  last_base_.emplace(etag, std::move(base));
  remote_head_ = pushed_head_;
  // Without conditions somebody may have overwritten it already: that is seen at the next look.
  settles_ = !options_.conditional || etag.empty();
  RemoteState state;
  if (!settles_) {
    state.etag = std::move(etag);
    state.covered = pushed_head_;
  }
  save_confirmed(std::move(state), in_this_round([](Connection& self, const Result<bool>& saved) {
                   if (!saved) return self.abandon(saved.error(), 0);
                   self.end_with_errors();
                   if (!self.settles_) return;
                   const Time span =
                       (kSettleAtMost - kSettleAtLeast) * self.engine_.random().next();
                   self.due_ = self.engine_.now() + kSettleAtLeast + span;
                 }));
}

/// Puts what was confirmed into the record, and `state` if it says more than is known.
void Connection::save_confirmed(std::optional<RemoteState> state,
                                const std::function<void(Result<bool>)>& done) {
  LocalRecord record = engine_.record();
  RemoteState& known = record.remotes[options_.remote];
  std::vector<Cid> confirmed = known.confirmed;
  confirmed.insert(confirmed.end(), confirmed_.begin(), confirmed_.end());
  if (state) known = *state;
  // What no log and no document needs any more need not be remembered.
  const std::vector<Cid> cars = cars_of(record.car_log());
  std::unordered_set<Cid, CidHash> needed(cars.begin(), cars.end());
  needed.insert(record.files.begin(), record.files.end());
  known.confirmed.clear();
  for (Cid& car : confirmed) {
    if (needed.erase(car) > 0) known.confirmed.push_back(std::move(car));
  }
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
  if (round_ || !can_push() || retrying_ || is_safe()) return;
  if (engine_.now() - last_change_ > kQuiet) push_gap_ = 0;
  last_change_ = engine_.now();
  schedule_push();
}

void Connection::schedule_push() {
  const Time at = engine_.now() + kGaps[push_gap_];
  if (!due_ || *due_ > at) due_ = at;
}

}  // namespace fireproof
