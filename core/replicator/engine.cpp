#include "replicator/engine.hpp"

#include <algorithm>

#include "documents/adoption.hpp"
#include "documents/rebase.hpp"
#include "ipld/json.hpp"
#include "replicator/connection.hpp"
#include "replicator/sealer.hpp"
#include "replicator/writer.hpp"

namespace fireproof {
namespace {

/// The CARs that a record speaks of.
std::vector<Cid> named_cars(const LocalRecord& record) {
  std::vector<CarGroup> groups = record.car_log();
  groups.insert(groups.end(), record.archive.begin(), record.archive.end());
  return cars_of(groups);
}

/// Whatever a record names stays: a CAR of the tail may be in the log too, where another device has made the same write.
void keep_named(std::vector<DeletedRow>& deletes, const LocalRecord& record) {
  if (deletes.empty()) return;
  const std::vector<Cid> log = cars_of(record.car_log());
  std::unordered_set<Cid, CidHash> named(log.begin(), log.end());
  named.insert(record.files.begin(), record.files.end());
  std::erase_if(deletes, [&](const DeletedRow& row) { return named.contains(row.key); });
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
  run_operations();
  schedule_wake();
}

void Engine::send(Command command) {
  const auto* end = std::get_if<command::Answer>(&command);
  if (end && open_calls_.erase(end->call) == 0) return;  // it has failed already
  commands_.push_back(std::move(command));
}

// ---- opening and the local record

Status Engine::open_record(const std::optional<Bytes>& bytes) {
  LocalRecord record;
  record.format = options_.format;
  record.is_public = options_.is_public;
  if (bytes) {
    FIREPROOF_TRY(record, LocalRecord::decode(*bytes));
  }
  if (record.format != options_.format || record.is_public != options_.is_public) {
    return fail(ErrorCode::kInvalidArgument, "this database was created as format " +
                                                 record.format +
                                                 (record.is_public ? ", public" : ", encrypted"));
  }
  FIREPROOF_CHECK(take_stored_keys(record));
  replace_record(std::move(record));
  return {};
}

void Engine::handle(input::RecordLoaded&& loaded) {
  if (state_ == State::kLoading) {
    version_ = loaded.version;
    if (const Status status = open_record(loaded.record); !status) {
      return handle(input::StorageFailed{status.error()});
    }
    if (!loaded.record) {
      database_.set_events_loaded();
      return opened();
    }
    return send(command::LoadRows{"blocks"});
  }
  if (!loaded.record || loaded.version <= version_) return end_reload();
  auto record = LocalRecord::decode(*loaded.record);
  if (!record) return handle(input::StorageFailed{record.error()});
  load_new_rows(std::move(*record), loaded.version);
}

/// Loads the rows of the CARs that a record names and the one before did not, then takes it over.
void Engine::load_new_rows(LocalRecord record, std::uint64_t version) {
  for (const SecretKey& key : record.keys) database_.keys().add(key);
  std::vector<Cid> cars = named_cars(record);
  std::erase_if(cars, [&](const Cid& car) { return database_.index().has_car(car); });
  std::vector<StoredRange> rows;
  for (const char* table : {"blocks", "events"}) {
    for (const Cid& car : cars) rows.push_back({table, car, 0, 0});
  }
  read(std::move(rows), [this, cars = std::move(cars), record = std::move(record),
                         version](std::vector<std::optional<Bytes>> found) mutable {
    found.resize(cars.size() * 2);
    for (std::size_t i = 0; i < cars.size(); ++i) {
      // A row that is gone or damaged means that its CAR is not held.
      if (found[i]) (void)database_.add_stored_car(cars[i], *found[i]);
      if (found[cars.size() + i]) database_.add_stored_events(*found[cars.size() + i]);
    }
    std::vector<Cid> log = cars_of(record.car_log());
    take_cars(std::move(log), [this, record = std::move(record), version]() mutable {
      finish_reload(std::move(record), version);
    });
  });
}

void Engine::finish_reload(LocalRecord record, std::uint64_t version) {
  const std::vector<Cid> log = cars_of(record.car_log());
  const bool complete = std::all_of(
      log.begin(), log.end(), [this](const Cid& car) { return database_.index().has_car(car); });
  // A tab has sealed or compacted since the record was read, unless that says the same again.
  if (!complete && std::exchange(incomplete_, version) != version)
    return send(command::LoadRecord{});
  if (version > version_) {  // else a commit of ours came after what was read
    version_ = version;
    take_over(std::move(record));
  }
  end_reload();
}

/// Puts the record of another tab in the place of ours.
void Engine::take_over(LocalRecord record) {
  std::vector<Cid> gone = named_cars(record_);
  const std::vector<Cid> named = named_cars(record);
  const std::unordered_set<Cid, CidHash> stays(named.begin(), named.end());
  std::erase_if(gone, [&](const Cid& car) { return stays.contains(car); });
  database_.drop_cars(gone);
  replace_record(std::move(record));
}

void Engine::end_reload() {
  ++reloads_;
  const auto waiters = std::exchange(reload_waiters_, std::exchange(next_reload_waiters_, {}));
  reload_pending_ = !reload_waiters_.empty();
  if (reload_pending_) send(command::LoadRecord{});
  for (const auto& waiter : waiters) waiter();
}

void Engine::handle(input::RowsLoaded&& loaded) {
  if (loaded.table == "events") {
    std::unordered_set<Cid, CidHash> whole;
    for (const auto& [car, row] : loaded.rows) {
      if (database_.add_stored_events(row)) whole.insert(car);
    }
    std::vector<Cid> cars = named_cars(record_);
    std::erase_if(cars, [&](const Cid& car) {
      return whole.contains(car) || database_.is_rowless(car) || !database_.index().is_stored(car);
    });
    return take_events(std::move(cars));
  }
  {
    for (const auto& [car, row] : loaded.rows) {
      // A damaged row means that its CAR is not held: it is fetched again.
      (void)database_.add_stored_car(car, row);
    }
  }
  if (state_ == State::kLoading) take_cars(cars_of(record_.car_log()), [this] { opened(); });
}

/// Reads and opens stored CARs; `take` gets each of them, null if it is gone or damaged, then `done` is called.
void Engine::open_cars(std::vector<Cid> cars, std::function<void(const Cid&, OpenedCar*)> take,
                       std::function<void()> done) {
  if (cars.empty()) return done();
  std::vector<StoredRange> ranges;
  for (const Cid& car : cars) ranges.push_back({"car", car, 0, 0});
  read(std::move(ranges), [this, cars = std::move(cars), take = std::move(take),
                           done = std::move(done)](std::vector<std::optional<Bytes>> found) {
    found.resize(cars.size());
    for (std::size_t i = 0; i < cars.size(); ++i) {
      if (!found[i]) {
        take(cars[i], nullptr);
        continue;
      }
      auto opened =
          database_.format().open(cars[i], std::move(*found[i]), database_.keys(), CarKind::kData);
      take(cars[i], opened ? &*opened : nullptr);
    }
    done();
  });
}

/// Takes the events of CARs from themselves: their rows are gone or damaged, or they have no event. Then all events are known.
void Engine::take_events(std::vector<Cid> cars) {
  open_cars(
      std::move(cars),
      [this](const Cid& name, OpenedCar* car) {
        // Whoever needs a block of one that is gone finds out that it is lost.
        if (car) (void)database_.add_opened_car(name, std::move(*car));
      },
      [this] {
        database_.set_events_loaded();
        loading_events_ = false;
        operations_dirty_ = true;
      });
}

/// Takes over stored CARs that have no rows. Those that are gone or damaged are lost.
void Engine::take_cars(std::vector<Cid> cars, std::function<void()> done) {
  std::erase_if(cars, [&](const Cid& car) { return database_.index().has_car(car); });
  open_cars(
      std::move(cars),
      [this](const Cid& name, OpenedCar* car) {
        if (database_.index().has_car(name)) return;
        if (!car) return database_.note_lost(name);
        (void)database_.add_opened_car(name, std::move(*car));
        database_.set_rowless(name, true);
        database_.mark_stored({name});
      },
      std::move(done));
}

void Engine::opened() {
  state_ = State::kOpen;
  send(command::Notify{0, "ready", "{}"});
  choose_key();
  if (changed_while_loading_) reload([] {});
  for (input::Call& waiting : std::exchange(waiting_calls_, {})) handle(std::move(waiting));
}

void Engine::handle(input::StorageFailed&& failed) {
  state_ = State::kFailed;
  failure_ = std::move(failed.error);
  connections_.clear();
  operations_.clear();
  waiting_calls_.clear();
  while (!open_calls_.empty()) answer(*open_calls_.begin(), fail(failure_));
}

void Engine::handle(input::RecordChanged&& /*changed*/) {
  if (state_ == State::kOpen) reload([] {});
  changed_while_loading_ = state_ == State::kLoading;
}

void Engine::reload(std::function<void()> done) {
  // What is being read may be older than what the caller heard of.
  (reload_pending_ ? next_reload_waiters_ : reload_waiters_).push_back(std::move(done));
  if (!std::exchange(reload_pending_, true)) send(command::LoadRecord{});
}

void Engine::replace_record(LocalRecord record, std::vector<std::vector<HeadEvent>> steps) {
  const bool exchanged = record.rebase != record_.rebase;
  std::vector<HeadEvent> before = std::move(record_.heads);
  record_ = std::move(record);
  if (state_ != State::kOpen) return;
  follow_keys();
  if (exchanged) {
    ++history_;
    before.clear();  // what was read there is not kept: the whole state is news
    announce_rebase();
  }
  if (steps.empty()) steps.push_back(record_.heads);
  for (std::vector<HeadEvent>& heads : steps) {
    if (heads == before) continue;
    send(command::Notify{0, "change",
                         R"({"clock":)" + json::cid_list(events_of(heads)) + R"(,"previous":)" +
                             json::cid_list(events_of(before)) + "}"});
    before = std::move(heads);
  }
  for (const auto& [id, connection] : connections_) connection->note_change();
}

/// Tells listeners which documents were written again on a remote's history.
void Engine::announce_rebase() {
  const RebaseMark mark = *record_.rebase;
  start_operation({this,
                   [this, mark]() -> Status {
                     FIREPROOF_TRY(const std::vector<std::string> ids,
                                   rebased_ids(database_, mark));
                     std::string json = R"({"ids":[)";
                     for (const std::string& id : ids) {
                       if (&id != &ids.front()) json.push_back(',');
                       json::append_text(json, id);
                     }
                     if (!ids.empty()) send(command::Notify{0, "rebased", json + "]}"});
                     return {};
                   },
                   [](const Error& /*error*/) {}});
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
  for (const StoredRow& row : transaction.rows) {
    if (row.table == "car") cars.push_back(row.key);
  }
  commits_.emplace(request,
                   PendingCommit{version_, std::move(transaction.record), std::move(cars),
                                 std::move(gone), std::move(transaction.steps), std::move(done)});
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
