#include "replicator/engine.hpp"

#include <algorithm>

#include "ipld/json.hpp"
#include "replicator/puller.hpp"
#include "replicator/sealer.hpp"
#include "replicator/writer.hpp"

namespace fireproof {
namespace {

std::string clock_json(const std::vector<HeadEvent>& heads) {
  std::string json = "[";
  for (const HeadEvent& head : heads) {
    if (json.size() > 1) json.push_back(',');
    json::append_text(json, head.event.text());
  }
  return json + "]";
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
  }
  return engine;
}

void Engine::start() { send(command::LoadRecord{}); }

void Engine::receive(Input input, Time now) {
  now_ = now;
  std::visit([this](auto&& content) { handle(std::move(content)); }, std::move(input));
  run_operations();
  schedule_wake();
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
  KeyRing& keys = database_.keys();
  const bool has_data = !record.sealed.empty();
  for (const SecretKey& key : record.keys) {
    if (has_data && !keys.empty() && !keys.contains(key) && &key == &record.keys.front()) {
      return fail(ErrorCode::kKeyMismatch, "this database holds data under another key");
    }
    keys.add(key);
  }
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
  } else if (loaded.record) {
    auto record = LocalRecord::decode(*loaded.record);
    if (!record) return handle(input::StorageFailed{record.error()});
    for (const SecretKey& key : record->keys) database_.keys().add(key);
    // What is new in there is told to listeners only when its blocks can be found.
    reload_waiters_.insert(reload_waiters_.begin(),
                           [this, version = loaded.version, record = std::move(*record)]() mutable {
                             if (version <= version_)
                               return;  // a commit of ours came after what was read
                             version_ = version;
                             replace_record(std::move(record));
                           });
  }
  send(command::LoadRows{"blocks"});
}

void Engine::handle(input::RowsLoaded&& loaded) {
  if (loaded.table == "events") {
    for (const auto& [car, row] : loaded.rows) database_.add_stored_events(row);
    database_.set_events_loaded();
    loading_events_ = false;
    operations_dirty_ = true;
  } else {
    for (const auto& [car, row] : loaded.rows) {
      // A damaged row means that its CAR is not held: it is fetched again.
      (void)database_.add_stored_car(car, row);
    }
  }
  if (state_ == State::kLoading) return opened();
  if (!reload_pending_) return;
  if (loaded.table == "blocks" && database_.events_loaded()) {
    loading_events_ = true;
    return send(command::LoadRows{"events"});
  }
  reload_pending_ = false;
  for (const auto& waiter : std::exchange(reload_waiters_, {})) waiter();
}

void Engine::opened() {
  state_ = State::kOpen;
  send(command::Notify{0, "ready", "{}"});
  for (input::Call& waiting : std::exchange(waiting_calls_, {})) handle(std::move(waiting));
}

void Engine::handle(input::StorageFailed&& failed) {
  state_ = State::kFailed;
  failure_ = std::move(failed.error);
  connections_.clear();
  operations_.clear();
  for (input::Call& waiting : std::exchange(waiting_calls_, {}))
    answer(waiting.call, fail(failure_));
}

void Engine::handle(input::RecordChanged&& /*changed*/) {
  if (state_ == State::kOpen) reload([] {});
}

void Engine::reload(std::function<void()> done) {
  reload_waiters_.push_back(std::move(done));
  if (reload_pending_) return;
  reload_pending_ = true;
  send(command::LoadRecord{});
}

void Engine::replace_record(LocalRecord record, std::vector<std::vector<HeadEvent>> steps) {
  std::vector<HeadEvent> before = std::move(record_.heads);
  record_ = std::move(record);
  if (unsaved_key_ && !record_.keys.empty()) {
    // Another tab made the key of this database first: that one holds.
    const SecretKey made = *std::exchange(unsaved_key_, std::nullopt);
    if (std::find(record_.keys.begin(), record_.keys.end(), made) == record_.keys.end()) {
      database_.keys().remove(made);
      database_.keys().set_default(record_.keys.front());
    }
  }
  if (state_ != State::kOpen) return;
  if (steps.empty()) steps.push_back(record_.heads);
  for (std::vector<HeadEvent>& heads : steps) {
    if (heads == before) continue;
    send(command::Notify{
        0, "change",
        R"({"clock":)" + clock_json(heads) + R"(,"previous":)" + clock_json(before) + "}"});
    before = std::move(heads);
  }
}

const KeyRing::Key* Engine::sealing_key() {
  KeyRing& keys = database_.keys();
  if (options_.is_public) return nullptr;
  if (keys.empty()) {
    unsaved_key_.emplace(entropy_.take(database_.format().key_size()));
    keys.set_default(*unsaved_key_);
  }
  return keys.default_key();
}

bool Engine::adopt_key(const SecretKey& key) {
  KeyRing& keys = database_.keys();
  if (keys.contains(key)) return true;
  if (!keys.empty() || options_.is_public) return false;
  keys.set_default(key);
  return true;
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
    for (const KeyRing::Key& key : database_.keys().keys())
      transaction.record->keys.push_back(key.secret);
    bytes = transaction.record->encode();
  }
  commits_.emplace(request, PendingCommit{version_, std::move(transaction.record),
                                          std::move(transaction.steps), std::move(done)});
  send(command::Commit{request, version_, std::move(bytes), std::move(transaction.rows),
                       std::move(transaction.deletes)});
}

void Engine::handle(input::Committed&& committed) {
  const auto at = commits_.find(committed.request);
  if (at == commits_.end()) return;
  PendingCommit pending = std::move(at->second);
  commits_.erase(at);
  if (committed.stored && *committed.stored && pending.record) {
    version_ = pending.version + 1;
    replace_record(std::move(*pending.record), std::move(pending.steps));
  }
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

bool Engine::run_operation(Operation& operation) {
  database_.clear_absent();
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
  if (needs.events || !needs.blocks.empty()) return false;
  if (!std::exchange(operation.reloaded, true)) {
    // Another tab may have sealed the CAR that had it into another one.
    reload([this] { operations_dirty_ = true; });
    return false;
  }
  const std::string what =
      database_.absent().empty() ? "" : " " + database_.absent().front().text();
  operation.fail({ErrorCode::kCorruptBlock,
                  "block" + what + " is missing or damaged in every CAR that is held"});
  return true;
}

// ---- connections

void Engine::handle(input::MetaReceived&& meta) {
  if (const auto at = connections_.find(meta.connection); at != connections_.end()) {
    at->second->receive_meta(std::move(meta));
  }
}

TransferId Engine::get_car(ConnectionId connection, CarKind kind, const Cid& car,
                           std::function<void(input::CarReceived&&)> done) {
  const TransferId transfer = next_transfer_++;
  transfers_.emplace(transfer, std::move(done));
  send(command::GetCar{connection, transfer, kind, car});
  return transfer;
}

void Engine::release(TransferId transfer) {
  transfers_.erase(transfer);
  send(command::ReleaseTransfer{transfer});
}

void Engine::handle(input::CarReceived&& car) {
  const auto at = transfers_.find(car.transfer);
  if (at == transfers_.end()) return;  // it was released while the answer was on its way
  const auto done = std::move(at->second);
  transfers_.erase(at);
  done(std::move(car));
}

void Engine::handle(input::CarProgress&& progress) {
  for (const auto& [id, connection] : connections_) connection->receive_progress(progress);
}

void Engine::handle(input::Wake&& /*wake*/) {
  wake_at_.reset();
  for (const auto& [id, connection] : connections_) connection->wake();
}

void Engine::schedule_wake() {
  std::optional<Time> next;
  for (const auto& [id, connection] : connections_) {
    const auto due = connection->due();
    if (due && (!next || *due < *next)) next = due;
  }
  if (next == wake_at_) return;
  wake_at_ = next;
  send(command::WakeAt{next});
}

std::optional<ConnectionId> Engine::connection_after(ConnectionId previous) const {
  const auto at = connections_.upper_bound(previous);
  return at == connections_.end() ? std::nullopt : std::optional<ConnectionId>(at->first);
}

}  // namespace fireproof
