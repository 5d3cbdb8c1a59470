#include "replicator/engine.hpp"

#include <algorithm>

#include "base/invariant.hpp"
#include "documents/adoption.hpp"
#include "replicator/connection.hpp"
#include "replicator/peer_room.hpp"
#include "replicator/sealer.hpp"
#include "replicator/writer.hpp"

namespace fireproof {
namespace {

/// Whatever a record names stays: a CAR of the tail may be in the log too, where another device has made the same write.
void keep_named(std::vector<DeletedRow>& deletes, const LocalRecord& record) {
  if (deletes.empty()) return;
  const std::vector<Cid> log = cars_of(record.car_log());
  std::unordered_set<Cid, CidHash> named(log.begin(), log.end());
  named.insert(record.files.begin(), record.files.end());
  std::erase_if(deletes, [&](const DeletedRow& row) { return named.contains(row.key); });
}

/// A CAR of the log that is not stored by the end of a transaction with these rows.
std::optional<Cid> unstored_car(const Database& database, const LocalRecord& record,
                                const std::vector<Cid>& stored_with_it) {
  for (const Cid& car : cars_of(record.car_log())) {
    if (!database.is_nameable(car) &&
        std::find(stored_with_it.begin(), stored_with_it.end(), car) == stored_with_it.end())
      return car;
  }
  return std::nullopt;
}

}  // namespace

Engine::Engine(const EngineOptions& options, const Format& format)
    : options_(options),
      database_(format, options.cache_budget),
      entropy_(options.entropy),
      random_(load_le64(entropy_.take(8))),
      writer_(std::make_unique<Writer>(*this)),
      sealer_(std::make_unique<Sealer>(*this)) {
  options_.entropy.fill(0);
  wipe(options_.key);
  options_.key.clear();
}

Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::create(const EngineOptions& options) {
  const Format* format = find_format(options.format);
  if (!format) {
    return fail(ErrorCode::kUnsupportedFormat,
                "\"" + options.format + "\" is not a format; use \"0.24\" or \"0.14\"");
  }
  std::unique_ptr<Engine> engine(new Engine(options, *format));
  if (!options.key.empty()) {
    if (options.is_public) return fail(ErrorCode::kInvalidArgument, "a public database has no key");
    FIREPROOF_TRY(const SecretKey key, SecretKey::parse(options.key, format->key_size()));
    engine->database_.keys().set_default(key);
    engine->given_key_ = key;
  }
  return engine;
}

void Engine::start() { send(command::LoadRecord{}); }

void Engine::receive(Input input, Time now) {
  clock_setback_ += std::max(0.0, now_ - clock_setback_ - now);
  now_ = now + clock_setback_;
  std::visit([this](auto&& content) { handle(std::move(content)); }, std::move(input));
  do run_operations();
  while (hear_peers());
  schedule_wake();
}

void Engine::send(Command command) {
  const auto* end = std::get_if<command::Answer>(&command);
  if (end && open_calls_.erase(end->call) == 0) return;  // it has failed already
  if (!rooms_.empty() && take_for_peers(command)) return;
  commands_.push_back(std::move(command));
}

// ---- reading and writing local storage

void Engine::read(std::vector<StoredRange> ranges, OnRead done) {
  const RequestId request = next_request_++;
  reads_.emplace(request, std::move(done));
  send(command::ReadRanges{request, std::move(ranges)});
}

void Engine::handle(input::RangesRead&& read) {
  if (const auto at = reads_.find(read.request); at != reads_.end()) {
    const OnRead done = std::move(at->second);
    reads_.erase(at);
    return done(std::move(read.ranges));
  }
  if (loader_.receive(database_, std::move(read))) operations_dirty_ = true;
}

void Engine::commit(Transaction transaction, OnCommit done) {
  const RequestId request = next_request_++;
  std::optional<Bytes> bytes;
  if (transaction.record) {
    transaction.record->keys.clear();
    std::vector<SecretKey>& keys = transaction.record->keys;
    if (transaction.sealing_key) keys.push_back(*transaction.sealing_key);
    for (const KeyRing::Key& key : database_.keys().keys()) {
      if (std::find(keys.begin(), keys.end(), key.secret) == keys.end()) keys.push_back(key.secret);
    }
    bytes = transaction.record->encode();
    keep_named(transaction.deletes, *transaction.record);
  }
  std::vector<Cid> gone;
  for (const DeletedRow& row : transaction.deletes) gone.push_back(row.key);
  std::vector<Cid> cars;
  PendingCars pending;
  for (const StoredRow& row : transaction.rows) {
    if (row.table != "car") continue;
    cars.push_back(row.key);
    pending.hold(database_, row.key);
  }
  if (transaction.record) {
    const auto unstored = unstored_car(database_, *transaction.record, cars);
    check_invariant(!unstored);
    if (unstored)
      return done(
          fail(ErrorCode::kCorruptBlock, "CAR " + unstored->text() + " of the log is not stored"));
  }
  commits_.emplace(request, PendingCommit{version_, std::move(transaction.record), std::move(cars),
                                          std::move(pending), std::move(gone),
                                          std::move(transaction.steps), std::move(done)});
  send(command::Commit{request, version_, std::move(bytes), std::move(transaction.rows),
                       std::move(transaction.deletes)});
}

void Engine::handle(input::Committed&& committed) {
  const auto at = commits_.find(committed.request);
  if (at == commits_.end()) return;
  PendingCommit pending = std::move(at->second);
  commits_.erase(at);
  const bool stored = committed.stored && *committed.stored;
  if (stored) database_.mark_stored(pending.cars);
  pending.pending.clear();
  // Not if what came after it was loaded already.
  if (stored && pending.record && version_ <= pending.version) {
    version_ = pending.version + 1;
    replace_record(std::move(*pending.record), std::move(pending.steps));
  }
  if (stored) database_.drop_cars(pending.gone);
  // Somebody was faster: another tab, whose work has to be loaded, or this engine itself.
  if (committed.stored && !*committed.stored && version_ == pending.version) {
    return reload([done = std::move(pending.done)] { done(false); });
  }
  pending.done(std::move(committed.stored));
}

// ---- operations

void Engine::start_operation(Operation operation) {
  operations_.push_back(std::move(operation));
  operations_dirty_ = true;
}

void Engine::cancel_operations(const void* owner) {
  operations_.remove_if([&](const Operation& operation) { return operation.owner == owner; });
}

void Engine::run_operations() {
  while (std::exchange(operations_dirty_, false)) {
    // An operation may start others while it ends; those are appended and run in the next pass.
    for (std::size_t left = operations_.size(); left > 0 && !operations_.empty(); --left) {
      Operation operation = std::move(operations_.front());
      operations_.pop_front();
      if (!run_operation(operation)) operations_.push_back(std::move(operation));
    }
  }
  // What a commit under way writes is in no CAR that could be read again.
  if (operations_.empty() && commits_.empty()) database_.trim();
}

/// True while something that an operation asked for is still being read: to run it before would be in vain.
bool Engine::is_waiting(Operation& operation) const {
  if (reloads_ < operation.waits_for || (operation.wants_events && loading_events_)) return true;
  while (!operation.wants.empty() && !loader_.is_loading(operation.wants.back()))
    operation.wants.pop_back();
  return !operation.wants.empty();
}

bool Engine::run_operation(Operation& operation) {
  if (is_waiting(operation)) return false;
  database_.clear_absent();
  ++operation_runs_;
  const Status status = operation.run();
  Needs needs = database_.take_needs();
  if (status || status.error().code != ErrorCode::kSuspended) return true;
  if (needs.events && !std::exchange(loading_events_, true)) send(command::LoadRows{"events"});
  if (!needs.blocks.empty()) {
    command::ReadRanges ranges = loader_.plan(database_, needs.blocks, next_request_);
    if (!ranges.ranges.empty()) {
      ++next_request_;
      send(std::move(ranges));
    }
  }
  operation.wants = std::move(needs.blocks);
  operation.wants_events = needs.events;
  if (operation.wants_events || !operation.wants.empty()) return false;
  if (operation.waits_for == 0 || operation.failed_at != version_) {
    // Another tab may have sealed the CAR that had it into another one.
    operation.waits_for = reloads_ + (reload_pending_ ? 2 : 1);
    operation.failed_at = version_;
    reload([this] { operations_dirty_ = true; });
    return false;
  }
  const std::string what =
      database_.absent().empty() ? "" : " " + database_.absent().front().text();
  operation.fail({ErrorCode::kCorruptBlock,
                  "block" + what + " is missing or damaged in every CAR that is held"});
  return true;
}

}  // namespace fireproof
