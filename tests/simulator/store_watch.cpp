#include "simulator/store_watch.hpp"

#include <algorithm>

#include "simulator/violation.hpp"

namespace fireproof::simulator {

StoreWatch::StoreWatch(const Plan& plan, History& history, ObjectStore& store)
    : plan_(plan), history_(history), store_(store) {
  store_.on_car = [this](CarKind kind, const Cid& name, const Bytes& bytes) {
    check_car(kind, name, bytes);
  };
  store_.on_meta = [this](const MetaVersion& before, bool lawful) { check_meta(before, lawful); };
}

void StoreWatch::check_car(CarKind kind, const Cid& name, const Bytes& bytes) {
  ++cars_;
  require(history_.learn(name, kind, bytes) != nullptr, Guarantee::kG2, [&] {
    return "CAR " + brief(name) + " was uploaded, and its bytes do not match its name";
  });
  check_no_key(bytes, "CAR " + brief(name));
}

void StoreWatch::check_meta(const MetaVersion& before, bool lawful) {
  const Bytes& bytes = *store_.meta().bytes;
  std::set<std::string> named;
  EventSet events = events_of_meta(bytes, named);
  const bool goes_on = std::any_of(named.begin(), named.end(),
                                   [&](const std::string& car) { return named_.contains(car); });
  if (!goes_on) ++restarts_;
  named_ = std::move(named);
  const auto lost = events.first_missing(covered());
  if (lost) ++losses_;
  if (lawful && before.bytes && plan_.heads_only_grow(store_.number())) {
    require(!lost, Guarantee::kG3, [&] {
      return "the new meta of store " + std::to_string(store_.number()) + " hides event " +
             brief(history_.event(*lost)) + ", which the one before led to";
    });
  }
  if (history_.format().name() != "0.14") check_no_key(bytes, "a meta");
  covered_.push_back(std::move(events));
}

EventSet StoreWatch::events_of_meta(const Bytes& bytes, std::set<std::string>& named) {
  const auto meta = history_.format().read_meta(bytes);
  require(meta && meta->unread.empty() && !meta->entries.empty(), Guarantee::kG2,
          "a meta was written that cannot be read");
  EventSet events;
  for (const MetaEntry& entry : meta->entries) {
    for (const Cid& car : entry.group) {
      check_holds(car, car);
      named.insert(car.text());
    }
    const Cid& newest = entry.group.front();
    const History::Car* car =
        history_.learn(newest, CarKind::kData, *store_.car(CarKind::kData, newest));
    require(car && car->header, Guarantee::kG2,
            [&] { return "the meta names CAR " + brief(newest) + ", which has no header there"; });
    for (const CarGroup& group : car->header->cars) {
      for (const Cid& listed : group) {
        check_holds(listed, newest);
        named.insert(listed.text());
      }
    }
    events.add(history_.below(car->header->head));
  }
  return events;
}

void StoreWatch::check_holds(const Cid& car, const Cid& named_by) const {
  require(store_.has_car(CarKind::kData, car), Guarantee::kG2, [&] {
    return "the meta of store " + std::to_string(store_.number()) + " leads by CAR " +
           brief(named_by) + " to CAR " + brief(car) + ", which is not there";
  });
}

void StoreWatch::check_no_key(ByteView bytes, const std::string& what) const {
  const std::string_view text = as_text(bytes);
  for (const KeyRing::Key& key : history_.keys().keys()) {
    const bool found = text.find(as_text(key.secret.bytes())) != std::string_view::npos ||
                       text.find(key.secret.hex()) != std::string_view::npos ||
                       text.find(key.secret.base58()) != std::string_view::npos;
    require(!found, Guarantee::kG8,
            [&] { return what + " at store " + std::to_string(store_.number()) + " has the key"; });
  }
}

bool StoreWatch::covered_since(Time time, const EventSet& events) const {
  const std::vector<MetaVersion>& metas = store_.metas();
  for (std::size_t i = metas.size(); i-- > 0;) {
    if (covered_[i].contains(events)) return true;
    if (metas[i].since <= time) return false;  // the versions before ended earlier
  }
  return false;
}

const EventSet& StoreWatch::covered_at(Time time) const {
  const std::vector<MetaVersion>& metas = store_.metas();
  std::size_t at = metas.size() - 1;
  while (at > 0 && metas[at].since > time) --at;
  return covered_[at];
}

}  // namespace fireproof::simulator
