// How a round begins: metas, and the CARs that they lead to.

#include <algorithm>

#include "crypto/sha256.hpp"
#include "replicator/car_rows.hpp"
#include "replicator/connection.hpp"
#include "replicator/failures.hpp"

namespace fireproof {
namespace {

/// Times that a damaged CAR is fetched in one round.
constexpr int kMaxAttempts = 3;

/// Most CARs that one meta may lead to.
constexpr std::size_t kMaxCars = 200'000;

}  // namespace

// ---- meta

void Connection::receive_meta(input::MetaReceived&& meta) {
  if (!round_ || !std::exchange(round_->asks, false)) return;
  if (auto* error = std::get_if<Error>(&meta.reply))
    return abandon(std::move(*error), meta.retry_after);
  engine_.send(command::Notify{options_.id, "ready", "{}"});
  if (auto* found = std::get_if<input::MetaFound>(&meta.reply))
    return read_records(std::move(*found));
  round_->absent = std::holds_alternative<input::MetaAbsent>(meta.reply);
  round_->has_meta = round_->absent;
  if (round_->absent && engine_.record().remotes.contains(options_.remote)) return forget_remote();
  if (!round_->absent) {
    round_->etag = remote_state().etag;
    const std::vector<Cid>& covered = remote_state().covered;
    round_->covers = covered == engine_.record().clock();
    if (remote_head_.empty()) remote_head_ = covered;
    if (last_base_ && last_base_->first == round_->etag) {
      round_->adopted_base = last_base_->second;
      round_->has_meta = true;
    }
  }
  if (refused_ && std::holds_alternative<input::MetaUnchanged>(meta.reply)) {
    return end_round(refused_->error, 0);
  }
  finish();
}

void Connection::read_records(input::MetaFound&& found) {
  set_state("pulling");
  refused_.reset();
  round_->etag = std::move(found.etag);
  round_->has_meta = true;
  Bytes all;
  for (const Bytes& bytes : found.records) {
    append(all, bytes);
    auto meta = engine_.database().format().read_meta(bytes);
    if (meta && drop_exchanged(*meta)) continue;
    Status keys = meta ? take_keys(*meta) : fail(meta.error());
    if (!keys) {
      round_->damaged_meta = round_->damaged_meta || !meta;
      round_->errors.push_back(std::move(keys).error());
      continue;
    }
    std::move(meta->entries.begin(), meta->entries.end(), std::back_inserter(round_->entries));
    std::move(meta->damaged.begin(), meta->damaged.end(), std::back_inserter(round_->errors));
    note_base(std::move(*meta));
  }
  round_->meta = sha256(all);
  // What was damaged on its way only is not so twice in the same way.
  round_->replaces_meta = round_->damaged_meta && damaged_meta_ == round_->meta;
  damaged_meta_ = round_->damaged_meta ? round_->meta : std::nullopt;
  round_->names_cars = !round_->entries.empty() || !round_->errors.empty();
  for (const MetaEntry& entry : round_->entries) want_entry(entry);
  want_lost_cars();
  notify_progress();
  launch();
  continue_round();
}

/// The remote is empty: whatever was known of it is not true any more.
void Connection::forget_remote() {
  LocalRecord record = engine_.record();
  record.remotes.erase(options_.remote);
  engine_.commit({std::move(record), {}, {}, {}},
                 in_this_round([](Connection& self, const Result<bool>& stored) {
                   if (!stored) return self.abandon(stored.error(), 0);
                   if (!*stored) return self.forget_remote();
                   self.finish();
                 }));
}

void Connection::note_base(Meta&& meta) {
  std::move(meta.unread.begin(), meta.unread.end(), std::back_inserter(round_->base.kept));
  if (meta.object.get<Map>()) round_->base.object = std::move(meta.object);
}

/// 0.14 gives its only key with the meta. What a meta of 0.24 gives is not taken: whoever can write the meta could have us open,
/// and merge, what was written without our key.
Status Connection::take_keys(const Meta& meta) {
  Database& database = engine_.database();
  if (meta.is_public && !engine_.is_public()) {
    return fail(ErrorCode::kKeyMismatch,
                "the database at " + options_.remote +
                    " is public; open it with { public: true } to read it");
  }
  if (engine_.is_public() && !meta.keys.empty()) {
    return fail(ErrorCode::kKeyMismatch,
                "the database at " + options_.remote + " is encrypted, this one is public");
  }
  if (!database.format().meta_holds_key()) return {};
  for (const SecretKey& key : meta.keys) {
    const bool one = !round_->remote_key || *round_->remote_key == key;
    if (!one || (!engine_.adopt_key(key) && !may_take_key(key))) return fail(other_key_error());
    round_->remote_key = key;
    database.keys().add(key);  // to read what is there, before it is decided what becomes of ours
  }
  return {};
}

// ---- CARs

void Connection::want_entry(const MetaEntry& entry) {
  const LocalRecord& record = engine_.record();
  const Cid& first = entry.group.front();
  if (!is_proven()) {
    for (const Cid& car : entry.group) {
      if (round_->attempts.try_emplace(car, 0).second) round_->queue.push_back(car);
    }
    return;
  }
  const bool known =
      contains_group(record.sealed, entry.group) || contains_group(record.archive, entry.group);
  if (known && record.missing.empty()) {
    round_->known.insert(first);
  } else {
    for (const Cid& car : entry.group) want(car);
  }
  if (engine_.database().index().is_stored(first) && !round_->headers.contains(first))
    read_header(first);
}

/// CARs of the log that local storage has lost: remotes may have them.
void Connection::want_lost_cars() {
  const auto& lost = engine_.database().lost();
  if (lost.empty()) return;
  for (const Cid& car : cars_of(engine_.record().sealed)) {
    if (lost.contains(car)) want(car);
  }
}

void Connection::want(const Cid& car) {
  const Database& database = engine_.database();
  // What another connection has fetched and not stored yet may never be stored.
  const bool held = database.index().is_stored(car) && !database.lost().contains(car);
  if (held || round_->attempts.size() >= kMaxCars) return;
  if (round_->attempts.try_emplace(car, 0).second) round_->queue.push_back(car);
}

/// A CAR that is held, and of which only the header is wanted: what it names, or to adopt it after all.
void Connection::read_header(const Cid& car) {
  ++round_->reading;
  engine_.read({{"car", car, 0, 0}},
               in_this_round([car](Connection& self, std::vector<std::optional<Bytes>> ranges) {
                 --self.round_->reading;
                 Database& database = self.engine_.database();
                 if (!ranges.empty() && ranges[0]) {
                   auto opened = database.format().open(car, std::move(*ranges[0]), database.keys(),
                                                        CarKind::kData);
                   if (opened) {
                     self.take_header(car, *opened);
                   } else {
                     self.round_->errors.push_back(std::move(opened).error());
                   }
                 }
                 self.launch();
                 self.continue_round();
               }));
}

/// True if an entry of the meta names this CAR as the one with its header.
bool Connection::is_newest(const Cid& car) const {
  return std::any_of(round_->entries.begin(), round_->entries.end(),
                     [&](const MetaEntry& entry) { return entry.group.front() == car; });
}

void Connection::take_header(const Cid& car, const OpenedCar& opened) {
  if (!opened.header) return;
  round_->headers.emplace(car, *opened.header);
  if (!is_newest(car) || round_->known.contains(car)) return;
  const std::vector<CarGroup>& archive = engine_.record().archive;
  for (const CarGroup& group : opened.header->cars) {
    if (contains_group(archive, group)) continue;  // what a compaction left of it is held
    for (const Cid& listed : group) want(listed);
  }
}

void Connection::launch() {
  while (!paused_ && !round_->queue.empty() && round_->transfers.size() < options_.concurrency) {
    Cid car = std::move(round_->queue.front());
    round_->queue.pop_front();
    const TransferId transfer =
        engine_.get_car(options_.id, CarKind::kData, car,
                        in_this_round([car](Connection& self, input::CarReceived&& received) {
                          self.receive_car(car, std::move(received));
                        }));
    round_->transfers.emplace(transfer, Transfer{CarKind::kData, std::move(car), 0, 0});
  }
}

void Connection::receive_progress(const input::CarProgress& progress) {
  if (!round_) return;
  const auto at = round_->transfers.find(progress.transfer);
  if (at == round_->transfers.end()) return;
  at->second.bytes = std::max(at->second.bytes, progress.bytes);
  at->second.total = std::max(progress.total, at->second.bytes);
  notify_progress();
}

void Connection::receive_car(const Cid& car, input::CarReceived&& received) {
  const TransferId transfer = received.transfer;
  round_->transfers.erase(transfer);
  if (received.bytes && *received.bytes) {
    take_car(car, transfer, std::move(**received.bytes));
  } else {
    engine_.release(transfer);
    if (!received.bytes && is_transient(received.bytes.error().code) &&
        !is_damage(received.bytes.error().code)) {
      round_->queue.clear();
      round_->failure = std::move(received.bytes).error();
      round_->retry_after = received.retry_after;
      return continue_round();
    }
    if (received.bytes) {
      round_->errors.push_back({ErrorCode::kCorruptCar, "CAR " + car.text() +
                                                            " is named by the meta of " +
                                                            options_.remote + " but is not there"});
    } else {
      retry_or_give_up(car, std::move(received.bytes).error());
    }
  }
  launch();
  continue_round();
}

void Connection::take_car(const Cid& car, TransferId transfer, Bytes bytes) {
  Database& database = engine_.database();
  const std::size_t size = bytes.size();
  auto opened = database.format().open(car, std::move(bytes), database.keys(), CarKind::kData);
  if (!opened) {
    engine_.release(transfer);
    return retry_or_give_up(car, std::move(opened).error());
  }
  if (!opened->header && is_newest(car)) {
    round_->errors.push_back({ErrorCode::kCorruptCar, "CAR " + car.text() +
                                                          " is named by the meta of " +
                                                          options_.remote + " but has no header"});
  }
  take_header(car, *opened);
  append_car({database, round_->pending, round_->rows}, car, std::move(*opened), transfer);
  round_->held_transfers.push_back(transfer);
  round_->unsaved_bytes += size;
  round_->fetched.insert(car);
  round_->advanced = true;
  proven_ = true;
  ++pulled_cars_;
  pulled_bytes_ += size;
  ++round_cars_;
  round_bytes_ += size;
  notify_progress();
  if (round_->unsaved_bytes >= engine_.options().save_every) save_rows();
}

void Connection::retry_or_give_up(const Cid& car, Error error) {
  if (is_damage(error.code) && ++round_->attempts[car] < kMaxAttempts) {
    round_->queue.push_back(car);
  } else {
    round_->errors.push_back(std::move(error));
  }
}

/// Stores what was verified so far, so that neither memory nor a failed round holds it up.
void Connection::save_rows() {
  ++round_->saves;
  round_->unsaved_bytes = 0;
  store_rows(in_this_round([](Connection& self, Result<bool> stored) {
    --self.round_->saves;
    if (!stored) return self.abandon(std::move(stored).error(), 0);
    self.continue_round();
  }));
}

/// Writes the rows of the round. CARs whose rows cannot be written are forgotten with the round, so that they are fetched again.
void Connection::store_rows(std::function<void(Result<bool>)> done) {
  std::vector<StoredRow> rows = std::exchange(round_->rows, {});
  engine_.commit({{}, std::move(rows), {}, {}},
                 [&engine = engine_, done = std::move(done),
                  transfers = std::exchange(round_->held_transfers, {})](Result<bool> stored) {
                   for (const TransferId transfer : transfers) engine.release(transfer);
                   done(std::move(stored));
                 });
}

}  // namespace fireproof
