#include "simulator/disk_watch.hpp"

#include <algorithm>
#include <stdexcept>

#include "documents/adoption.hpp"
#include "replicator/car_rows.hpp"

namespace fireproof::simulator {

std::string remote_name(int store) { return "store " + std::to_string(store); }

std::optional<LocalRecord> DiskWatch::record() const {
  if (!storage_.record) return std::nullopt;
  auto record = LocalRecord::decode(*storage_.record);
  require(record.has_value(), Guarantee::kG1, "the stored record cannot be read");
  return std::move(*record);
}

bool DiskWatch::has_row(const std::string& table, const Cid& key) const {
  const auto at = storage_.tables.find(table);
  return at != storage_.tables.end() && at->second.contains(key.text());
}

bool DiskWatch::is_held(const Cid& car) const {
  if (!has_row("car", car)) return false;
  const bool is_small = storage_.tables.at("car").at(car.text()).size() <= kRowlessCar;
  return is_small || has_row("blocks", car);
}

void DiskWatch::check_rows(const std::vector<ResolvedRow>& rows,
                           const std::optional<Bytes>& record) {
  if (record) {
    if (const auto decoded = LocalRecord::decode(*record)) {
      for (const SecretKey& key : decoded->keys) history_.add_key(key);
    }
  }
  for (const ResolvedRow& row : rows) {
    if (row.table != "car" && row.table != "file") continue;
    const CarKind kind = row.table == "car" ? CarKind::kData : CarKind::kFile;
    require(history_.learn(row.key, kind, row.bytes) != nullptr, Guarantee::kG5,
            [&] { return "CAR " + brief(row.key) + " is stored with bytes that do not match it"; });
  }
}

void DiskWatch::check_record(Guarantee guarantee) {
  const auto record = this->record();
  if (!record) {
    require(acknowledged_.is_empty(), guarantee, "the record is gone");
    return;
  }
  EventSet held;
  for (const Cid& car : cars_of(record->car_log())) {
    require(is_held(car), guarantee,
            [&] { return "the record names CAR " + brief(car) + ", which is not stored"; });
    const History::Car* known = history_.car(car);
    if (known) held.add(known->events);
  }
  for (const Cid& car : cars_of(record->archive)) {
    const History::Car* known = history_.car(car);
    if (known && has_row("car", car)) held.add(known->events);
  }
  const EventSet below = history_.below(record->clock());
  if (below.first_missing(acknowledged_) && may_rebase(*record)) rebase(below);
  if (const auto lost = below.first_missing(acknowledged_)) {
    throw Violation{guarantee, "the head does not lead to event " + brief(history_.event(*lost)) +
                                   ", whose write was acknowledged"};
  }
  if (const auto lost = held.first_missing(acknowledged_)) {
    throw Violation{guarantee, "event " + brief(history_.event(*lost)) +
                                   " of an acknowledged write is in no CAR of the log"};
  }
  check_confirmed(*record);
}

// Only a history that shares nothing with the one before.
bool DiskWatch::may_rebase(const LocalRecord& record) {
  return rebases_ && record.tail.size() + record.sealed.size() > 0 &&
         acknowledged_.common(history_.below(record.clock())).is_empty();
}

// What the documents were before, they are now.
void DiskWatch::rebase(const EventSet& below) {
  const History::Outcomes before = history_.outcomes(acknowledged_);
  const History::Outcomes after = history_.outcomes(below);
  for (const auto& [key, allowed] : before) {
    const auto at = after.find(key);
    const std::set<History::Outcome> now =
        at == after.end() ? std::set<History::Outcome>{std::nullopt} : at->second;
    const bool kept =
        std::any_of(now.begin(), now.end(),
                    [&, &were = allowed](const auto& outcome) { return were.contains(outcome); });
    require(kept, Guarantee::kG1,
            [&, &name = key] { return "document " + name + " was lost in a rebase"; });
  }
  acknowledged_ = below;
}

void DiskWatch::check_confirmed(const LocalRecord& record) const {
  for (const auto& store : stores_) {
    const auto known = record.remotes.find(remote_name(store->number()));
    if (known == record.remotes.end()) continue;
    for (const Cid& car : known->second.confirmed) {
      require(store->has_car(CarKind::kData, car) || store->has_car(CarKind::kFile, car),
              Guarantee::kG1, [&] {
                return "CAR " + brief(car) + " has left the upload queue, and store " +
                       std::to_string(store->number()) + " does not have it";
              });
    }
  }
}

void DiskWatch::acknowledge(const std::vector<Cid>& clock,
                            const std::vector<WrittenDocument>& documents) {
  const EventSet events = history_.below(clock);
  for (const WrittenDocument& document : documents) {
    require(history_.wrote(events, document.id, document.outcome), Guarantee::kG1, [&] {
      return "a write of " + document.id + " was acknowledged, and no event below its clock has it";
    });
  }
  acknowledged_.add(events);
  check_record();
}

EventSet DiskWatch::below_head() {
  const auto record = this->record();
  return record ? history_.below(record->clock()) : EventSet();
}

void DiskWatch::check_documents(EngineOptions options) {
  if (!storage_.record) return;
  test::Storage copy = storage_.copy();
  test::Host host(copy, options);
  check_against_history(history_, below_head(), documents_of(host), Guarantee::kG4,
                        "after reopening");
}

std::map<std::string, std::uint64_t> documents_of(test::Host& host) {
  std::map<std::string, std::uint64_t> documents;
  const Value all = host.json("allDocs");
  for (const Value& row : *all.find<List>("rows")) {
    const Integer* n = row.find("value")->find<Integer>("n");
    documents[*row.find<std::string>("key")] = n ? n->magnitude : 0;
  }
  return documents;
}

void check_against_history(History& history, const EventSet& events,
                           const std::map<std::string, std::uint64_t>& documents,
                           Guarantee guarantee, const std::string& where) {
  const History::Outcomes outcomes = history.outcomes(events);
  for (const auto& [key, document] : documents) {
    require(outcomes.contains(key), guarantee,
            [&, &name = key] { return where + ": nobody wrote document " + name; });
  }
  for (const auto& [key, allowed] : outcomes) {
    const auto at = documents.find(key);
    const History::Outcome found =
        at == documents.end() ? std::nullopt : History::Outcome(at->second);
    if (allowed.contains(found)) continue;
    std::string text = where + ": document " + key + " is " +
                       (found ? std::to_string(*found) : "deleted") + ", but can only be";
    for (const History::Outcome& outcome : allowed)
      text += outcome ? " " + std::to_string(*outcome) : " deleted";
    throw Violation{guarantee, text};
  }
}

}  // namespace fireproof::simulator
