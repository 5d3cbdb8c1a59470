#include "documents/adoption.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "clock/common_ancestor.hpp"

namespace fireproof {
namespace {

CarGroup as_set(CarGroup group) {
  std::sort(group.begin(), group.end(), CidByteOrder());
  return group;
}

struct GroupOrder {
  bool operator()(const CarGroup& a, const CarGroup& b) const {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), CidByteOrder());
  }
};

using GroupSet = std::set<CarGroup, GroupOrder>;

/// Groups of theirs that could not be fetched are left out: they cannot be given to anybody.
void merge_logs(const BlockIndex& index, LocalRecord& record, const CarGroup& group,
                const CarHeader& header) {
  GroupSet archived;
  for (const CarGroup& known : record.archive) archived.insert(as_set(known));
  for (const CarGroup& replaced : header.compact) {
    if (archived.insert(as_set(replaced)).second) record.archive.push_back(replaced);
  }
  std::vector<CarGroup> log;
  GroupSet seen;
  const auto add = [&](const CarGroup& next) {
    CarGroup key = as_set(next);
    if (!archived.contains(key) && seen.insert(std::move(key)).second) log.push_back(next);
  };
  add(group);
  for (const CarGroup& ours : record.sealed) add(ours);
  for (const CarGroup& theirs : header.cars) {
    if (std::all_of(theirs.begin(), theirs.end(),
                    [&](const Cid& car) { return index.has_car(car); }))
      add(theirs);
  }
  record.sealed = std::move(log);
}

/// The head after advancing by every event of the remote one. Events that are not there go to `missing`.
Result<std::vector<HeadEvent>> merge_heads(EventGraph& graph, const std::vector<HeadEvent>& ours,
                                           std::vector<Cid> theirs, std::vector<Cid>& missing) {
  std::vector<EventGraph::Id> ids;
  for (const HeadEvent& head : ours) {
    const auto id = graph.find(head.event);
    // Left out, what was written here would be lost without a word.
    if (!id) return fail(ErrorCode::kCorruptBlock, "event " + head.event.text() + " is missing");
    ids.push_back(*id);
  }
  std::sort(theirs.begin(), theirs.end(), CidTextOrder());
  for (const Cid& event : theirs) {
    if (const auto id = graph.find(event)) {
      ids = advance(graph, std::move(ids), *id);
    } else {
      missing.push_back(event);
    }
  }
  // Whether histories are related can only be said of complete ones.
  for (const EventGraph::Id id : ids) {
    const std::size_t room = kMaxMissing - std::min(kMaxMissing, missing.size());
    for (Cid& cid : graph.missing_below(id, room)) missing.push_back(std::move(cid));
  }
  if (ids.size() > 1 && missing.empty()) FIREPROOF_CHECK(common_ancestor(graph, ids));
  std::vector<HeadEvent> heads;
  for (const EventGraph::Id id : ids) heads.push_back({graph.node(id).cid, graph.node(id).root});
  sort_heads(heads);
  return heads;
}

/// The CARs of a log, by number: what other owners hold beside them may never be stored, and is given to nobody.
class LogCars {
 public:
  explicit LogCars(const Database& database)
      : database_(database), numbers_(database.index().car_count(), false) {}

  void add(const std::vector<CarGroup>& log) {
    for (const Cid& car : cars_of(log)) {
      if (const auto number = database_.index().number(car)) numbers_[*number] = true;
    }
  }

  /// True if one of them has the block, as far as 8 bytes of its digest tell.
  [[nodiscard]] bool have(const Cid& block) const {
    const auto places = database_.index().find(block);
    return std::any_of(places.begin(), places.end(),
                       [&](const auto& place) { return numbers_[place.car]; });
  }

 private:
  const Database& database_;
  std::vector<bool> numbers_;
};

/// Those in which everything that the record's head needs was found before.
LogCars trusted_cars(const Database& database, const LocalRecord& record) {
  LogCars trusted(database);
  if (record.heads.empty() || !record.missing.empty()) return trusted;
  trusted.add(record.sealed);
  trusted.add(record.archive);
  return trusted;
}

LogCars cars_of_log(const Database& database, const LocalRecord& record) {
  LogCars cars(database);
  cars.add(record.car_log());
  cars.add(record.archive);
  return cars;
}

/// Adds to `missing` the events of a head and before it that no CAR of the log has, although they are known. What lies
/// before an event in a trusted CAR is passed over.
void find_missing_events(EventGraph& graph, const std::vector<HeadEvent>& heads,
                         const LogCars& trusted, const LogCars& log, std::vector<Cid>& missing) {
  std::vector<EventGraph::Id> stack;
  std::unordered_set<EventGraph::Id> seen;
  for (const HeadEvent& head : heads) {
    if (const auto id = graph.find(head.event)) stack.push_back(*id);
  }
  while (!stack.empty() && missing.size() < kMaxMissing) {
    const EventGraph::Id at = stack.back();
    stack.pop_back();
    if (!seen.insert(at).second) continue;
    const EventGraph::Node& node = graph.node(at);
    if (!node.known || trusted.have(node.cid)) continue;
    graph.count_visit();
    if (!log.have(node.cid)) missing.push_back(node.cid);
    stack.insert(stack.end(), node.parents.begin(), node.parents.end());
  }
}

/// Adds to `missing` what the documents below `root` need and no CAR of the log has. Subtrees in trusted CARs are passed over.
Status find_missing(Database& database, const Cid& root, const LogCars& trusted, const LogCars& log,
                    std::vector<Cid>& missing) {
  const auto is_there = [&](const Cid& cid) { return database.is_derived(cid) || log.have(cid); };
  std::vector<Cid> stack{root};
  bool waiting = false;
  while (!stack.empty() && missing.size() < kMaxMissing) {
    const Cid at = std::move(stack.back());
    stack.pop_back();
    if (!is_there(at)) {
      missing.push_back(at);
      continue;
    }
    if (trusted.have(at)) continue;
    const auto block = database.find(at);
    if (!block) {
      waiting = true;
      continue;
    }
    auto shard = database.format().shards().decode(*block);
    if (!shard) return fail(ErrorCode::kCorruptBlock, at.text() + " " + shard.error().message);
    for (ShardEntry& entry : shard->entries) {
      if (entry.value && !is_there(*entry.value)) missing.push_back(*entry.value);
      if (entry.child) stack.push_back(std::move(*entry.child));
    }
  }
  return waiting ? Status(suspended()) : Status();
}

bool names_head(const CarHeader& header, const std::vector<HeadEvent>& heads) {
  return header.head.size() == heads.size() &&
         std::all_of(heads.begin(), heads.end(), [&](const HeadEvent& head) {
           return std::find(header.head.begin(), header.head.end(), head.event) !=
                  header.head.end();
         });
}

/// Looks whether the documents of the adopted head can all be read.
Status check_documents(Database& database, const LogCars& trusted, const LogCars& log,
                       Adoption& adoption) {
  auto root = database.effective_root(adoption.record.heads);
  if (root) {
    if (!*root) return {};
    return find_missing(database, **root, trusted, log, adoption.missing);
  }
  if (root.error().code != ErrorCode::kSuspended) return fail(std::move(root).error());
  if (database.absent().empty()) return suspended();
  const std::vector<Cid>& nowhere = database.absent();
  adoption.missing.insert(adoption.missing.end(), nowhere.begin(), nowhere.end());
  return {};
}

}  // namespace

std::vector<Cid> cars_of(const std::vector<CarGroup>& groups) {
  std::vector<Cid> cars;
  std::set<Cid, CidByteOrder> seen;
  for (const CarGroup& group : groups) {
    for (const Cid& car : group) {
      if (seen.insert(car).second) cars.push_back(car);
    }
  }
  return cars;
}

bool contains_group(const std::vector<CarGroup>& log, const CarGroup& group) {
  if (group.size() == 1) return std::find(log.begin(), log.end(), group) != log.end();
  const CarGroup wanted = as_set(group);
  return std::any_of(log.begin(), log.end(), [&](const CarGroup& known) {
    return known.size() == wanted.size() && as_set(known) == wanted;
  });
}

void archive_groups(LocalRecord& record, const std::vector<CarGroup>& replaced) {
  for (const CarGroup& group : replaced) {
    if (!contains_group(record.sealed, group) && !contains_group(record.archive, group))
      record.archive.push_back(group);
  }
}

Result<Adoption> adopt(Database& database, const LocalRecord& record, const CarGroup& group,
                       const CarHeader& header, const std::vector<CarGroup>& replaced) {
  EventGraph* graph = database.events();
  if (!graph) return suspended();
  Adoption adoption{record, {}, false};
  merge_logs(database.index(), adoption.record, group, header);
  FIREPROOF_TRY(adoption.record.heads,
                merge_heads(*graph, record.heads, header.head, adoption.missing));
  const LogCars trusted = trusted_cars(database, record);
  LogCars log = cars_of_log(database, adoption.record);
  log.add(replaced);
  find_missing_events(*graph, adoption.record.heads, trusted, log, adoption.missing);
  const bool several_heads = adoption.record.heads.size() > 1;
  if (adoption.missing.empty() || !several_heads) {
    FIREPROOF_CHECK(check_documents(database, trusted, log, adoption));
  }
  adoption.record.missing = adoption.missing;
  // A header that lists groups which a compaction here has replaced cannot be named elsewhere: they are not held any more.
  const bool names_held = std::all_of(
      header.cars.begin(), header.cars.end(),
      [&](const CarGroup& theirs) { return contains_group(adoption.record.sealed, theirs); });
  const bool names_all =
      names_held && record.tail.empty() && names_head(header, adoption.record.heads) &&
      std::all_of(record.sealed.begin(), record.sealed.end(), [&](const CarGroup& ours) {
        return as_set(ours) == as_set(group) || contains_group(header.cars, ours);
      });
  adoption.record.sealed_head = names_all ? adoption.record.clock() : std::vector<Cid>();
  adoption.changed = adoption.record.heads != record.heads ||
                     adoption.record.sealed != record.sealed ||
                     adoption.record.missing != record.missing;
  return adoption;
}

}  // namespace fireproof
