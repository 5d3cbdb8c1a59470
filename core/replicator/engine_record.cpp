// Opening, and the record that other tabs change: what it names is loaded before it takes the place of the one before.

#include <algorithm>

#include "documents/adoption.hpp"
#include "documents/rebase.hpp"
#include "ipld/json.hpp"
#include "replicator/connection.hpp"
#include "replicator/engine.hpp"
#include "replicator/peer_room.hpp"

namespace fireproof {
namespace {

/// The CARs that a record speaks of.
std::vector<Cid> named_cars(const LocalRecord& record) {
  std::vector<CarGroup> groups = record.car_log();
  groups.insert(groups.end(), record.archive.begin(), record.archive.end());
  return cars_of(groups);
}

}  // namespace

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
  database_.mark_stored(named);  // by that tab, also what is only pending here
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
  for (const auto& [car, row] : loaded.rows) {
    // One whose row is damaged is opened again, if it is still needed.
    (void)database_.add_stored_car(car, row);
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
  rooms_.clear();
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
  for (const auto& [id, room] : rooms_) room->note_change();
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

}  // namespace fireproof
