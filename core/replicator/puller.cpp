#include "replicator/puller.hpp"

#include <algorithm>

#include "ipld/json.hpp"
#include "replicator/failures.hpp"

namespace fireproof {
namespace {

void append_counts(std::string& json, std::string_view name, std::uint64_t cars,
                   std::uint64_t bytes) {
  json.append(",\"").append(name).append(R"(":{"cars":)").append(std::to_string(cars));
  json.append(R"(,"bytes":)").append(std::to_string(bytes)).append("}");
}

}  // namespace

// ---- the life of a connection

void Puller::begin_round() {
  if (round_ || paused_) return;
  due_.reset();
  round_.emplace();
  round_->keys = engine_.database().keys().keys().size();
  ++round_number_;
  round_cars_ = 0;
  round_bytes_ = 0;
  reported_bytes_ = 0;
  const auto& remotes = engine_.record().remotes;
  const auto known = remotes.find(options_.remote);
  std::string etag = known == remotes.end() ? std::string() : known->second;
  if (refused_) etag = refused_->etag;
  if (!engine_.database().lost().empty()) etag.clear();  // something has to be fetched again
  engine_.send(command::GetMeta{options_.id, std::move(etag)});
}

void Puller::begin_round_with_new_key() {
  refused_.reset();
  begin_round();
}

void Puller::pull(CallId call) {
  waiting_calls_.push_back(call);
  begin_round();
}

void Puller::pause() {
  paused_ = true;
  set_state("paused");
}

void Puller::resume() {
  if (!paused_) return;
  paused_ = false;
  set_state(round_ ? "pulling" : "idle");
  if (round_) {
    launch();
    continue_round();
  } else {
    begin_round();
  }
}

void Puller::close() {
  engine_.cancel_operations(this);
  for (const CallId call : std::exchange(waiting_calls_, {})) {
    engine_.answer(call, fail(ErrorCode::kClosed, "the connection was closed"));
  }
  if (round_) {
    for (const auto& [transfer, what] : round_->transfers) engine_.release(transfer);
    if (!round_->rows.empty()) store_rows([](const Result<bool>&) {});
    round_.reset();
  }
  set_state("closed");
}

void Puller::wake() {
  if (due_ && *due_ <= engine_.now()) begin_round();
}

// ---- the end of a round

void Puller::finish() {
  if (!loaded_) {
    loaded_ = round_->errors.empty() || !engine_.record().heads.empty();
    if (loaded_) engine_.send(command::Notify{options_.id, "loaded", "{}"});
  }
  const std::vector<Error>& errors = round_->errors;
  if (errors.empty()) return end_round(std::nullopt, 0);
  const bool same_keys = round_->keys == engine_.database().keys().keys().size();
  const bool final = std::all_of(errors.begin(), errors.end(),
                                 [](const Error& error) { return is_final(error.code); });
  if (final && same_keys && !round_->etag.empty()) refused_ = {round_->etag, errors.front()};
  for (std::size_t i = 1; i < round_->errors.size(); ++i)
    notify("error", error_json(round_->errors[i]));
  end_round(round_->errors.front(), 0);
}

void Puller::release(const std::vector<TransferId>& transfers) {
  for (const TransferId transfer : transfers) engine_.release(transfer);
}

/// Ends a round that cannot go on. What was verified is stored all the same, and not fetched again.
void Puller::abandon(Error error, Time retry_after) {
  engine_.cancel_operations(this);
  for (const auto& [transfer, what] : round_->transfers) engine_.release(transfer);
  if (!round_->rows.empty()) store_rows([](const Result<bool>&) {});
  end_round(std::move(error), retry_after);
}

void Puller::end_round(std::optional<Error> error, Time retry_after) {
  if (!error) refused_.reset();
  round_.reset();
  last_error_ = error;
  due_.reset();
  retrying_ = error && is_transient(error->code);
  if (options_.poll > 0) due_ = engine_.now() + options_.poll;
  if (retrying_) due_ = engine_.now() + backoff_.next(engine_.random(), retry_after);
  if (!error) backoff_.reset();
  if (!paused_) set_state(error ? state_after(error->code) : "idle");
  if (error) {
    notify("error", error_json(*error));
  } else {
    notify("synced", "{}");
  }
  for (const CallId call : std::exchange(waiting_calls_, {})) {
    if (error) {
      engine_.answer(call, fail(*error));
    } else {
      engine_.answer(call, "{}");
    }
  }
}

// ---- news

void Puller::set_state(std::string_view state) {
  state_ = state;
  notify("status", status_json());
}

void Puller::notify(std::string_view type, std::string json) {
  engine_.send(command::Notify{options_.id, std::string(type), std::move(json)});
}

void Puller::notify_progress() {
  std::uint64_t bytes = round_bytes_;
  std::uint64_t total = round_bytes_;
  for (const auto& [id, transfer] : round_->transfers) {
    bytes += transfer.bytes;
    total += transfer.total;
  }
  // What a failed transfer had brought is not taken back: both numbers only grow.
  reported_bytes_ = bytes = std::max(bytes, reported_bytes_);
  total = std::max(bytes, total);
  const std::uint64_t cars = round_cars_ + round_->queue.size() + round_->transfers.size();
  notify("progress", R"({"direction":"pull","cars":)" + std::to_string(round_cars_) +
                         R"(,"totalCars":)" + std::to_string(cars) + R"(,"bytes":)" +
                         std::to_string(bytes) + R"(,"totalBytes":)" + std::to_string(total) + "}");
}

std::string Puller::status_json() const {
  std::string json =
      R"({"state":")" + state_ + R"(","safe":true,"conditional":"unknown","parked":[])";
  append_counts(json, "pending", 0, 0);
  append_counts(json, "pulled", pulled_cars_, pulled_bytes_);
  append_counts(json, "pushed", 0, 0);
  json.append(R"(,"remoteHead":[)");
  for (const std::string& event : remote_head_) {
    if (&event != &remote_head_.front()) json.push_back(',');
    json::append_text(json, event);
  }
  json.append(R"(],"lastError":)").append(last_error_ ? error_json(*last_error_) : "null");
  json.append(R"(,"retryAt":)")
      .append(retrying_ && due_ ? std::to_string(static_cast<std::int64_t>(*due_)) : "null");
  return json + "}";
}

}  // namespace fireproof
