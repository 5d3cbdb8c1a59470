#include "simulator/agreement.hpp"

#include <algorithm>

#include "ipld/dag_json.hpp"
#include "ipld/json.hpp"
#include "simulator/violation.hpp"

namespace fireproof::simulator {
namespace {

constexpr Time kPatience = 900'000;
constexpr Time kLook = 500;

std::string text_of(const std::vector<Cid>& head) {
  std::string text;
  for (const Cid& event : head) text += ' ' + brief(event);
  return text;
}

// What keeps the fleet from agreeing, as far as the disks and stores tell; empty if nothing does.
std::string disagreement(Fleet& fleet) {
  std::optional<std::vector<Cid>> clock;
  for (const auto& device : fleet.devices) {
    const std::string name = "device " + std::to_string(device->number());
    const auto record = device->watch.record();
    if (!record) return name + " has stored nothing";
    if (!record->tail.empty()) return name + " has unsealed commits";
    if (!clock) clock = record->clock();
    if (record->clock() != *clock)
      return name + " has the head" + text_of(record->clock()) + ", device 0" + text_of(*clock);
    for (const auto& tab : device->tabs()) {
      if (tab->open_calls() > 0)
        return tab->name() + " has calls without answer:" + tab->describe_open_calls();
    }
  }
  const EventSet all = fleet.history.below(*clock);
  for (std::size_t store = 0; store < fleet.stores.size(); ++store) {
    if (!fleet.watches[store]->covered().contains(all))
      return "the meta of " + remote_name(static_cast<int>(store)) +
             " does not lead to the head of the devices";
  }
  return {};
}

using Documents = std::map<std::string, std::uint64_t>;

void compare(const Fleet& fleet, const Documents& documents, const Documents& with,
             const std::string& where) {
  (void)fleet;
  if (documents == with) return;
  for (const auto& [key, n] : documents) {
    const auto at = with.find(key);
    require(at != with.end() && at->second == n, Guarantee::kG6,
            [&, &name = key] { return where + " shows another document " + name; });
  }
  throw Violation{Guarantee::kG6, where + " shows documents that are deleted"};
}

// A device that has nothing but the address of a store.
void check_fresh_reader(Fleet& fleet, std::size_t store, const Documents& documents,
                        const EventSet& events) {
  test::Remote remote = fleet.stores[store]->snapshot();
  test::Storage storage;
  test::Host host(storage, fleet.options());
  host.attach(remote, 1);
  host.json("connect", R"({"connection":1,"remote":"store","mode":"pull"})");
  const std::string where = "a fresh device on " + remote_name(static_cast<int>(store));
  const auto pulled = host.call("pull", R"({"connection":1})");
  require(pulled.has_value(), Guarantee::kG6,
          [&] { return where + " cannot read it: " + pulled.error().message; });
  compare(fleet, documents, documents_of(host), where);
  EventSet below = fleet.history.below(host.engine().record().clock());
  require(below.contains(events), Guarantee::kG6, [&] { return where + " has another head"; });
}

}  // namespace

void agree(Fleet& fleet) {
  const Time end = fleet.world.now() + kPatience;
  std::string why;
  // Twice in a row: a store whose meta is about to be overwritten agrees for a moment only.
  for (int times = 0; times < 8;) {
    fleet.world.run_until(fleet.world.now() + kLook);
    why = disagreement(fleet);
    times = why.empty() ? times + 1 : 0;
    require(fleet.world.now() < end, Guarantee::kG6,
            [&] { return "15 minutes after the network has healed " + why; });
  }
  EventSet acknowledged;
  for (const auto& device : fleet.devices) acknowledged.add(device->watch.acknowledged());
  const EventSet events = fleet.devices.front()->watch.below_head();
  if (const auto lost = events.first_missing(acknowledged)) {
    throw Violation{Guarantee::kG6, "event " + brief(fleet.history.event(*lost)) +
                                        " of an acknowledged write is in nobody's history"};
  }
  std::optional<Documents> documents;
  for (const auto& device : fleet.devices) {
    test::Storage copy = device->storage.copy();
    test::Host host(copy, fleet.options());
    const Documents found = documents_of(host);
    if (!documents) documents = found;
    compare(fleet, *documents, found, "device " + std::to_string(device->number()));
    device->watch.check_record();
  }
  check_against_history(fleet.history, events, *documents, Guarantee::kG6, "in the end");
  for (std::size_t store = 0; store < fleet.stores.size(); ++store)
    check_fresh_reader(fleet, store, *documents, events);
}

}  // namespace fireproof::simulator
