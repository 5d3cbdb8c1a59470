// What the remote is believed to hold is asked for again, and what it lacks is sent again.

#include <algorithm>

#include "replicator/connection.hpp"
#include "replicator/failures.hpp"
#include "replicator/verification.hpp"

namespace fireproof {
namespace {

/// A connection with nothing to do asks for one object, chosen at random, so often: at most 96 requests a day.
constexpr Time kSampleEvery = 900'000;

bool is_among(const std::vector<Cid>& cids, const Cid& cid) {
  return std::find(cids.begin(), cids.end(), cid) != cids.end();
}

}  // namespace

/// The objects that the remote must have: those that it is known to hold, and the whole log if its meta names our head.
std::vector<Transfer> Connection::believed() const {
  const LocalRecord& record = engine_.record();
  const RemoteState& state = remote_state();
  const std::unordered_set<Cid, CidHash> held(state.confirmed.begin(), state.confirmed.end());
  std::vector<Transfer> objects;
  for (const Cid& car : cars_of(record.sealed)) {
    if (held.contains(car) || !state.covered.empty())
      objects.push_back({CarKind::kData, car, 0, 0});
  }
  for (const Cid& car : record.files) {
    if (held.contains(car)) objects.push_back({CarKind::kFile, car, 0, 0});
  }
  return objects;
}

void Connection::verify(CallId call, bool deep) {
  if (paused_) return engine_.answer(call, fail(ErrorCode::kAborted, "the connection is paused"));
  if (verification_ && verification_->call() != 0)
    return engine_.answer(call, fail(ErrorCode::kConflict, "it is being verified already"));
  const std::vector<Transfer> objects = believed();
  verification_ = std::make_shared<Verification>(
      engine_, Verification::Plan{options_.id, call, deep, {objects.begin(), objects.end()}},
      [this](Result<bool> done) { finish_verification(std::move(done)); });
  verification_->next();
}

/// To be called when there is nothing to do. A remote that loses one object in a hundred is found out within a day or two.
void Connection::sample() {
  if (verification_ || paused_ || !options_.pushes) return;
  if (engine_.now() - sampled_at_ < kSampleEvery) return;
  const bool begins = std::exchange(sampled_at_, engine_.now()) < 0;
  std::vector<Transfer> objects = believed();
  if (begins || objects.empty()) return;
  const auto at =
      static_cast<std::size_t>(engine_.random().next() * static_cast<double>(objects.size()));
  verification_ = std::make_shared<Verification>(
      engine_, Verification::Plan{options_.id, 0, false, {objects[at]}},
      [this](Result<bool> done) { finish_verification(std::move(done)); });
  verification_->next();
}

void Connection::finish_verification(Result<bool> done) {
  if (!done) {
    if (const CallId call = verification_->call(); call != 0) {
      Error error = std::move(done).error();
      error.remote = options_.remote;
      engine_.answer(call, fail(std::move(error)));
    }
    verification_.reset();
    return;
  }
  const std::vector<Cid> lacking = verification_->lacking();
  if (lacking.empty() || !options_.pushes) return answer_verification();
  damaged_.insert(verification_->damaged().begin(), verification_->damaged().end());
  note_lacking();
}

/// Puts what was found missing or damaged into the record, so that it is sent again even if the page is closed now.
void Connection::note_lacking() {
  LocalRecord record = engine_.record();
  RemoteState& state = record.remotes[options_.remote];
  for (const Cid& car : verification_->lacking()) {
    std::erase(state.confirmed, car);
    if (!is_among(state.lacking, car)) state.lacking.push_back(car);
  }
  engine_.commit({std::move(record), {}, {}, {}}, [weak = weak_from_this()](Result<bool> stored) {
    const auto self = weak.lock();
    if (!self || !self->verification_) return;
    if (!stored) return self->finish_verification(fail(std::move(stored).error()));
    if (!*stored) return self->note_lacking();
    self->verification_->note_recorded();
    const std::size_t count = self->verification_->lacking().size();
    self->last_error_ = Error{ErrorCode::kCorruptCar,
                              self->options_.remote + " has lost or damaged " +
                                  std::to_string(count) + " of its CARs; they are sent again",
                              false, self->options_.remote};
    self->notify("error", error_json(*self->last_error_));
    self->set_state(std::string(self->state_));
    self->begin_round();
  });
}

/// To be called at the end of a verification that found nothing wrong, and of the round that repairs.
void Connection::answer_verification() {
  if (!verification_) return;
  const std::vector<Cid> found = verification_->lacking();
  const std::vector<Cid>& left = remote_state().lacking;
  const auto repaired =
      static_cast<std::size_t>(std::count_if(found.begin(), found.end(), [&](const Cid& car) {
        return options_.pushes && !is_among(left, car);
      }));
  const std::shared_ptr<Verification> ended = std::move(verification_);
  verification_.reset();
  if (ended->call() != 0) engine_.answer(ended->call(), ended->report(repaired));
}

}  // namespace fireproof
