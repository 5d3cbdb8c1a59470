// What happens when the CARs of a round are there: their entries are adopted, in one commit.

#include <algorithm>
#include <set>

#include "replicator/connection.hpp"

namespace fireproof {

void Connection::continue_round() {
  if (!round_ || paused_ || round_->asks || round_->saves > 0 || round_->adopting ||
      round_->reading > 0 || !round_->queue.empty() || !round_->transfers.empty()) {
    return;
  }
  if (round_->failure) return abandon(std::move(*round_->failure), round_->retry_after);
  round_->adopting = true;
  engine_.start_operation({this, [this] { return adopt_entries(); },
                           [this](Error error) { abandon(std::move(error), 0); }});
}

/// Adopts every entry whose CARs are there, in their order, and commits once.
Status Connection::adopt_entries() {
  FIREPROOF_TRY(const Meeting meeting, meet());
  if (meeting == Meeting::kForeign) return rebase();
  if (meeting == Meeting::kRefused) round_->entries.clear();
  const LocalRecord& before = engine_.record();
  LocalRecord record = before;
  std::vector<Error> errors;
  MetaBase base;
  for (const MetaEntry& entry : round_->entries) {
    const auto header = round_->headers.find(entry.group.front());
    const bool known = round_->known.contains(entry.group.front());
    if (known) {
      base.replaced.push_back(entry.event);
      continue;
    }
    if (header == round_->headers.end() || needs_unstored(header->second)) {  // failures were noted
      base.kept.push_back(entry.json);
      continue;
    }
    auto adoption =
        adopt(engine_.database(), record, entry.group, header->second, round_->replaced);
    if (!adoption && adoption.error().code == ErrorCode::kSuspended) return suspended();
    if (!adoption) {
      errors.push_back(std::move(adoption).error());
      base.kept.push_back(entry.json);
      continue;
    }
    if (!adoption->missing.empty()) {
      if (want_replaced_groups()) {
        round_->adopting = false;
        launch();
        return {};
      }
      errors.push_back({ErrorCode::kCorruptBlock, "block " + adoption->missing.front().text() +
                                                      " is in no CAR that could be read from " +
                                                      options_.remote});
      // What can be read of it is better than nothing, but not better than a state that can be read whole.
      if (!record.heads.empty() && record.missing.empty()) {
        base.kept.push_back(entry.json);
        continue;
      }
    }
    base.replaced.push_back(entry.event);
    record = std::move(adoption->record);
  }
  archive_groups(record, round_->replaced);
  FIREPROOF_TRY(round_->covers, remote_covers(record.clock()));
  if (!base.replaced.empty()) settle_history(record);
  std::move(errors.begin(), errors.end(), std::back_inserter(round_->errors));
  base.object = round_->base.object;
  base.kept.insert(base.kept.end(), round_->base.kept.begin(), round_->base.kept.end());
  round_->adopted_base = std::move(base);
  RemoteState& state = record.remotes[options_.remote];
  FIREPROOF_TRY(const bool holds_what_it_held, remote_covers(state.covered));
  if (!holds_what_it_held && !round_->entries.empty()) {
    FIREPROOF_TRY(round_->rolled_back, covers(state.covered, head_of_remote()));
  }
  if ((!holds_what_it_held || !names_our_log(before)) && !round_->damaged_meta)
    state.confirmed.clear();
  state.etag = round_->errors.empty() && !settling_ ? round_->etag : std::string();
  state.covered = round_->covers ? record.clock() : std::vector<Cid>();
  for (const Cid& car : round_->fetched) {
    std::erase(state.lacking, car);
    if (std::find(state.confirmed.begin(), state.confirmed.end(), car) == state.confirmed.end())
      state.confirmed.push_back(car);
  }
  commit(std::move(record));
  return {};
}

/// True if CARs could not be fetched that another connection has fetched and not stored: they may never be.
bool Connection::needs_unstored(const CarHeader& header) const {
  const BlockIndex& index = engine_.database().index();
  const std::vector<Cid> cars = cars_of(header.cars);
  return std::any_of(cars.begin(), cars.end(), [&](const Cid& car) {
    return index.has_car(car) && !index.is_stored(car) && !round_->fetched.contains(car);
  });
}

/// False for a remote that is not the one that was known by this name: its meta leads to nothing of our log.
bool Connection::names_our_log(const LocalRecord& record) const {
  if (!round_->known.empty()) return true;
  return std::any_of(round_->entries.begin(), round_->entries.end(), [&](const MetaEntry& entry) {
    const auto header = round_->headers.find(entry.group.front());
    const auto is_ours = [&](const CarGroup& group) {
      return contains_group(record.sealed, group) || contains_group(record.archive, group);
    };
    return is_ours(entry.group) ||
           (header != round_->headers.end() &&
            std::any_of(header->second.cars.begin(), header->second.cars.end(), is_ours));
  });
}

/// True if every one of these events is in the history that the remote's meta names.
Result<bool> Connection::remote_covers(const std::vector<Cid>& events) {
  return covers(head_of_remote(), events);
}

/// True if every one of these events is in the history of a head.
Result<bool> Connection::covers(const std::vector<Cid>& head, const std::vector<Cid>& events) {
  EventGraph* graph = engine_.database().events();
  if (!graph) return suspended();
  return std::all_of(events.begin(), events.end(), [&](const Cid& ours) {
    return std::any_of(head.begin(), head.end(), [&](const Cid& event) {
      if (event == ours) return true;
      const auto above = graph->find(event);
      const auto below = graph->find(ours);
      return above && below && graph->contains(*above, *below);
    });
  });
}

/// When blocks are missing: CARs that a compaction replaced may still have them (0.24 format page, section 8).
bool Connection::want_replaced_groups() {
  for (const auto& [car, header] : round_->headers) {
    for (const CarGroup& group : header.compact) {
      for (const Cid& replaced : group) want(replaced);
      if (!contains_group(round_->replaced, group)) round_->replaced.push_back(group);
    }
  }
  return !round_->queue.empty();
}

void Connection::commit(LocalRecord record) {
  const LocalRecord& current = engine_.record();
  if (std::vector<Cid> head = head_of_remote(); !head.empty()) remote_head_ = std::move(head);
  const bool changed = record.heads != current.heads || record.sealed != current.sealed ||
                       record.archive != current.archive || record.missing != current.missing ||
                       record.remotes != current.remotes ||
                       record.provisional != current.provisional ||
                       record.keys.size() != engine_.database().keys().keys().size();
  if (!changed && round_->rows.empty()) return finish();
  engine_.commit({std::move(record), round_->rows, {}, {}},
                 in_this_round([](Connection& self, Result<bool> stored) {
                   Round& round = *self.round_;
                   if (stored && !*stored) {  // another tab was faster; its record is loaded now
                     round.adopting = false;
                     return self.continue_round();
                   }
                   self.release(std::exchange(round.held_transfers, {}));
                   round.rows.clear();
                   if (stored) return self.finish();
                   self.abandon(std::move(stored).error(), 0);
                 }));
}

/// The events that the headers of the meta's entries name, in text order; empty if none could be read.
std::vector<Cid> Connection::head_of_remote() const {
  std::set<Cid, CidTextOrder> head;
  for (const MetaEntry& entry : round_->entries) {
    const auto header = round_->headers.find(entry.group.front());
    if (header != round_->headers.end())
      head.insert(header->second.head.begin(), header->second.head.end());
  }
  return {head.begin(), head.end()};
}

}  // namespace fireproof
