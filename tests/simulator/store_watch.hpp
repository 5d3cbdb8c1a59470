// Watches what a store holds: G2, G3 and G8.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "simulator/history.hpp"
#include "simulator/object_store.hpp"
#include "simulator/plan.hpp"

namespace fireproof::simulator {

class StoreWatch {
 public:
  // Looks at everything that is stored from now on. Throws a Violation at the moment at which a guarantee is broken.
  StoreWatch(const Plan& plan, History& history, ObjectStore& store);
  StoreWatch(const StoreWatch&) = delete;
  StoreWatch& operator=(const StoreWatch&) = delete;

  // The events that the meta leads to now.
  [[nodiscard]] const EventSet& covered() const { return covered_.back(); }
  // True if some version of the meta that held at that time or later leads to all of these events.
  [[nodiscard]] bool covered_since(Time time, const EventSet& events) const;
  // The events that a version of the meta led to that held at that time.
  [[nodiscard]] const EventSet& covered_at(Time time) const;

  [[nodiscard]] std::uint64_t cars() const { return cars_; }
  [[nodiscard]] std::uint64_t metas() const { return covered_.size() - 1; }
  // Metas that hid something that the one before led to.
  [[nodiscard]] std::uint64_t losses() const { return losses_; }
  // Metas that led to no CAR that the one before led to, as after a compaction: others then take it for another remote.
  [[nodiscard]] std::uint64_t restarts() const { return restarts_; }

 private:
  void check_car(CarKind kind, const Cid& name, const Bytes& bytes);
  void check_meta(const MetaVersion& before, bool lawful);
  // What a meta leads to; notes the CARs in `named`.
  EventSet events_of_meta(const Bytes& bytes, std::set<std::string>& named);
  void check_holds(const Cid& car, const Cid& named_by) const;
  void check_no_key(ByteView bytes, const std::string& what) const;

  const Plan& plan_;
  History& history_;
  ObjectStore& store_;
  std::vector<EventSet> covered_{{}};  // of each version of the meta
  std::uint64_t cars_ = 0;
  std::uint64_t losses_ = 0;
  std::uint64_t restarts_ = 0;
  std::set<std::string> named_;  // CARs, by the meta
};

}  // namespace fireproof::simulator
