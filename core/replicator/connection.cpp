#include "replicator/connection.hpp"

#include <algorithm>

#include "ipld/json.hpp"
#include "replicator/failures.hpp"
#include "replicator/verification.hpp"

namespace fireproof {
namespace {

void append_counts(std::string& json, std::string_view name, std::uint64_t cars,
                   std::uint64_t bytes) {
  json.append(",\"").append(name).append(R"(":{"cars":)").append(std::to_string(cars));
  json.append(R"(,"bytes":)").append(std::to_string(bytes)).append("}");
}

}  // namespace

// ---- the life of a connection

void Connection::begin_round() {
  if (round_ || paused_) return;
  due_.reset();
  round_.emplace();
  round_->keys = engine_.database().keys().keys().size();
  round_->pulls_only = std::exchange(next_pulls_only_, false);
  ++round_number_;
  proven_ = proven_ || !remote_state().confirmed.empty();
  reset_progress();
  std::string etag = remote_state().etag;
  if (refused_) etag = refused_->etag;
  // Something has to be fetched again, or a meta has to be written whose content is not known in this session.
  const bool unknown_base = has_work() && (!last_base_ || last_base_->first != etag);
  if (!engine_.database().lost().empty() || (can_push() && unknown_base)) etag.clear();
  engine_.send(command::GetMeta{options_.id, std::move(etag)});
}

void Connection::begin_round_with_new_key() {
  refused_.reset();
  begin_round();
}

void Connection::note_news() {
  refused_.reset();
  news_ = round_.has_value();
  begin_round();
}

void Connection::run_round_for(CallId call, bool pulls_only) {
  refusals_.give_another_chance();
  waiting_calls_.push_back(call);
  if (!round_) next_pulls_only_ = pulls_only;
  begin_round();
}

void Connection::pause() {
  paused_ = true;
  set_state("paused");
  engine_.note_look();
}

void Connection::resume() {
  if (!paused_) return;
  paused_ = false;
  set_state(round_ ? "pulling" : "idle");
  if (round_ && round_->pushing) {
    continue_push();
  } else if (round_) {
    launch();
    continue_round();
  } else {
    begin_round();
  }
}

void Connection::close() {
  engine_.cancel_operations(this);
  std::vector<CallId> calls = std::exchange(waiting_calls_, {});
  for (const SyncedCall& synced : std::exchange(synced_calls_, {})) calls.push_back(synced.call);
  if (const auto ended = std::exchange(verification_, {}); ended && ended->call() != 0)
    calls.push_back(ended->call());
  for (const CallId call : calls)
    engine_.answer(call, fail(ErrorCode::kClosed, "the connection was closed"));
  if (round_) {
    for (const auto& [transfer, what] : round_->transfers) engine_.release(transfer);
    if (!round_->rows.empty()) store_rows([](const Result<bool>&) {});
    if (!confirmed_.empty()) save_confirmed({}, [](const Result<bool>&) {});
    round_.reset();
  }
  set_state("closed");
  note_own_look();
}

void Connection::wake() {
  if (due_ && *due_ <= engine_.now()) begin_round();
}

// ---- the end of a round

/// The end of the pull.
void Connection::finish() {
  note_own_look();
  if (!loaded_) {
    loaded_ = round_->errors.empty() || !engine_.record().heads.empty();
    if (loaded_) engine_.send(command::Notify{options_.id, "loaded", "{}"});
  }
  if (round_->rolled_back) {
    notify("error", error_json({ErrorCode::kRolledBack,
                                options_.remote +
                                    " went back to an older state; what it lacks is sent again",
                                false, options_.remote}));
  }
  if (round_->has_meta) last_base_.emplace(round_->etag, round_->adopted_base);
  const std::vector<Error>& errors = round_->errors;
  const bool same_keys = round_->keys == engine_.database().keys().keys().size();
  const bool all_final =
      !errors.empty() && std::all_of(errors.begin(), errors.end(),
                                     [](const Error& error) { return is_final(error.code); });
  if (all_final && same_keys && !round_->etag.empty() && !can_push())
    refused_ = {round_->etag, errors.front()};
  note_pull();
  if (!can_push() || !has_work()) return end_with_errors();
  answer_synced_calls();
  push();
}

void Connection::end_with_errors() {
  if (round_->errors.empty()) return end_round(std::nullopt, 0);
  for (Error& error : round_->errors) {
    error.remote = options_.remote;
    if (&error != &round_->errors.front()) notify("error", error_json(error));
  }
  end_round(round_->errors.front(), 0);
}

void Connection::release(const std::vector<TransferId>& transfers) {
  for (const TransferId transfer : transfers) engine_.release(transfer);
}

/// Ends a round that cannot go on. What was verified is stored all the same, and not fetched again.
void Connection::abandon(Error error, Time retry_after) {
  engine_.cancel_operations(this);
  for (const auto& [transfer, what] : round_->transfers) engine_.release(transfer);
  if (!round_->rows.empty()) store_rows([](const Result<bool>&) {});
  if (!confirmed_.empty()) save_confirmed({}, [](const Result<bool>&) {});
  end_round(std::move(error), retry_after);
}

void Connection::end_round(std::optional<Error> error, Time retry_after) {
  if (!error) refused_.reset();
  // A remote that fails now and then is not one that is down: only failures without any progress add up.
  if (round_->advanced) backoff_.reset();
  round_.reset();
  note_own_look();
  uploads_.clear();
  if (error) error->remote = options_.remote;
  last_error_ = error;
  due_.reset();
  retrying_ = error && is_transient(error->code) && !error->permanent;
  if (options_.poll > 0) due_ = engine_.now() + options_.poll;
  if (const auto at = settles_at(); at && !error && (!due_ || *due_ > *at)) due_ = at;
  if (const auto again = next_offer(); again && (!due_ || *due_ > *again)) due_ = again;
  if (retrying_) due_ = engine_.now() + backoff_.next(engine_.random(), retry_after);
  if (std::exchange(news_, false)) due_ = engine_.now();
  if (!error) {
    backoff_.reset();
    hurried_ = false;
  }
  if (!paused_) set_state(error ? state_after(error->code) : "idle");
  if (error) {
    notify("error", error_json(*error));
  } else if (!options_.pushes || is_safe()) {
    notify("synced", "{}");
  }
  for (const CallId call : std::exchange(waiting_calls_, {})) {
    if (error) {
      engine_.answer(call, fail(*error));
    } else {
      engine_.answer(call, "{}");
    }
  }
  if (verification_ && verification_->is_recorded()) answer_verification();
  if (!error) note_covered();
  answer_synced_calls();
  if (error && !retrying_ && options_.poll == 0) {
    for (const SyncedCall& synced : std::exchange(synced_calls_, {}))
      engine_.answer(synced.call, fail(*error));
  }
  if (error) return;
  if (can_push() && has_work()) {
    schedule_push();
  } else {
    sample();
  }
  look_for_synced_calls();
}

// ---- news

void Connection::set_state(std::string_view state) {
  state_ = state;
  reported_safe_ = is_safe();
  notify("status", status_json());
}

void Connection::notify(std::string_view type, std::string json) {
  engine_.send(command::Notify{options_.id, std::string(type), std::move(json)});
}

void Connection::reset_progress() {
  round_cars_ = 0;
  round_bytes_ = 0;
  reported_bytes_ = 0;
  reported_total_ = 0;
  reported_cars_ = 0;
}

/// All numbers only grow, also where a transfer fails; when nothing is left to do, they are their totals.
void Connection::notify_progress() {
  std::uint64_t bytes = round_bytes_;
  std::uint64_t total = round_bytes_;
  for (const auto& [id, transfer] : round_->transfers) {
    bytes += transfer.bytes;
    total += transfer.total;
  }
  for (const Transfer& waiting : uploads_) total += waiting.total;
  const std::uint64_t left = round_->queue.size() + uploads_.size() + round_->transfers.size();
  reported_total_ = std::max({reported_total_, total, bytes});
  reported_bytes_ = left == 0 ? reported_total_ : std::max(bytes, reported_bytes_);
  reported_cars_ = std::max(reported_cars_, round_cars_ + left);
  const std::string_view direction = round_->pushing ? "push" : "pull";
  notify("progress", R"({"direction":")" + std::string(direction) + R"(","cars":)" +
                         std::to_string(round_cars_) + R"(,"totalCars":)" +
                         std::to_string(reported_cars_) + R"(,"bytes":)" +
                         std::to_string(reported_bytes_) + R"(,"totalBytes":)" +
                         std::to_string(reported_total_) + "}");
}

std::string Connection::status_json() const {
  std::string json = R"({"state":")" + state_ + R"(","safe":)" + (is_safe() ? "true" : "false") +
                     R"(,"conditional":")" + std::string(condition_name(conditions().both())) +
                     R"(","parked":)" + json::cid_list(parked());
  std::uint64_t bytes = 0;
  // What another device's meta covers need not be sent, even if it is not known to be there.
  const std::deque<Transfer> pending = is_safe() ? std::deque<Transfer>() : unconfirmed();
  for (const Transfer& transfer : pending) bytes += transfer.total;
  append_counts(json, "pending", pending.size(), bytes);
  append_counts(json, "pulled", pulled_cars_, pulled_bytes_);
  append_counts(json, "pushed", pushed_cars_, pushed_bytes_);
  json.append(R"(,"remoteHead":)").append(json::cid_list(remote_head_));
  json.append(R"(,"lastError":)").append(last_error_ ? error_json(*last_error_) : "null");
  json.append(R"(,"retryAt":)")
      .append((retrying_ || next_offer()) && due_
                  ? std::to_string(static_cast<std::int64_t>(engine_.host_time(*due_)))
                  : "null");
  return json + "}";
}

}  // namespace fireproof
