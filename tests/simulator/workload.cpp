#include "simulator/workload.hpp"

#include "simulator/violation.hpp"

namespace fireproof::simulator {
namespace {

constexpr Time kCallPatience = 600'000;
constexpr std::size_t kSharedKeys = 8;
constexpr std::size_t kOwnKeys = 4;
constexpr Time kMostJump = 3'600'000;

std::string document(const std::string& id, std::uint64_t n) {
  return R"({"_id":")" + id + R"(","n":)" + std::to_string(n) + "}";
}

}  // namespace

void Workload::prepare() {
  if (fleet_.plan.first_writers) {
    for (const auto& device : fleet_.devices) {
      write_one(*device, device->open_tab());
      while (device->counts.acknowledged == 0) world_.run_until(world_.now() + 1);
    }
    return;
  }
  for (const auto& device : fleet_.devices) {
    Tab& tab = device->open_tab();
    if (device == fleet_.devices.front()) {
      write_one(*device, tab);
      while (device->counts.acknowledged == 0) world_.run_until(world_.now() + 10);
    }
    std::size_t waiting = device->plan().stores.size();
    for (const int store : device->plan().stores) {
      tab.call_connection("synced", store, [&waiting](const command::Answer& answer) {
        if (answer.json) --waiting;
      });
    }
    const Time end = world_.now() + kCallPatience;
    while (waiting > 0 && world_.now() < end) world_.run_until(world_.now() + 100);
    require(waiting == 0, Guarantee::kG6, "a device without faults is not in sync in 10 minutes");
  }
}

void Workload::run() {
  end_ = world_.now() + fleet_.plan.duration;
  for (const auto& device : fleet_.devices) {
    device->begin_faults();
    plan_action(*device);
    plan_faults(*device);
  }
  world_.run_until(end_);
}

void Workload::heal() {
  world_.trace("all faults end");
  for (const auto& device : fleet_.devices) {
    device->heal();
    Tab& tab = device->some_tab();
    (void)tab;
    for (const auto& each : device->tabs()) {
      for (const int store : device->plan().stores) {
        if (!each->is_connected(store)) each->connect(store);
        each->call_connection("resume", store);
      }
    }
  }
}

// ---- the application

void Workload::plan_action(Device& device) {
  const Time wait = world_.some_time(1, 4 * fleet_.plan.between_actions);
  world_.after(wait, [this, &device] {
    if (world_.now() >= end_) return;
    act(device);
    plan_action(device);
  });
}

void Workload::act(Device& device) {
  Tab& tab = device.some_tab();
  switch (world_.random.below(20)) {
    case 0:
    case 1:
    case 2:
      return ask_connection(device, tab);
    case 3:
      return change_tabs(device);
    case 4:
      if (world_.random.one_in(4)) tab.call("compact", "{}", {});
      return;
    case 5:  // a burst
      for (std::size_t n = world_.random.below(12); n > 0; --n) write_one(device, tab);
      return;
    case 6:
    case 7:
      return tab.read(world_.random.one_in(2) ? std::optional(some_key(device)) : std::nullopt);
    default:
      return write(device, tab);
  }
}

void Workload::write(Device& device, Tab& tab) {
  switch (world_.random.below(10)) {
    case 0:
      return write_many(device, tab);
    case 1:
      return remove(device, tab);
    case 2:
      return write_file(device, tab);
    default:
      return write_one(device, tab);
  }
}

std::string Workload::some_key(Device& device) {
  if (world_.random.one_in(2)) return "d" + std::to_string(world_.random.below(kSharedKeys));
  return "of-" + std::to_string(device.number()) + "-" +
         std::to_string(world_.random.below(kOwnKeys));
}

void Workload::write_one(Device& device, Tab& tab) {
  const std::string id = some_key(device);
  const std::uint64_t n = fleet_.next_number++;
  tab.write(R"({"docs":[)" + document(id, n) + "]}", {{id, n}});
}

void Workload::write_many(Device& device, Tab& tab) {
  std::map<std::string, std::uint64_t> numbers;
  for (std::size_t count = 2 + world_.random.below(5); count > 0; --count)
    numbers[some_key(device)] = fleet_.next_number++;
  std::string docs;
  std::vector<WrittenDocument> documents;
  for (const auto& [id, n] : numbers) {
    docs += (docs.empty() ? "" : ",") + document(id, n);
    documents.push_back({id, n});
  }
  tab.write(R"({"docs":[)" + docs + "]}", std::move(documents));
}

void Workload::write_file(Device& device, Tab& tab) {
  const std::string id = some_key(device);
  const std::uint64_t n = fleet_.next_number++;
  tab.write(R"({"docs":[{"_id":")" + id + R"(","n":)" + std::to_string(n) +
                R"(,"_files":{"f":null}}],"patches":[{"path":[0,"_files","f"],)" +
                R"("file":{"blob":0,"type":"text/plain","lastModified":0}}]})",
            {{id, n}}, {world_.random.bytes(20 + world_.random.below(200))});
}

void Workload::remove(Device& device, Tab& tab) {
  const std::string id = some_key(device);
  tab.write(R"({"docs":[{"_id":")" + id + R"(","_deleted":true}]})", {{id, std::nullopt}});
}

void Workload::ask_connection(Device& device, Tab& tab) {
  const std::vector<int>& stores = device.plan().stores;
  const int store = stores[world_.random.below(stores.size())];
  if (!tab.is_connected(store)) return tab.connect(store);
  switch (world_.random.below(12)) {
    case 0:
      return tab.disconnect(store);
    case 1:
      return tab.call_connection("pause", store);
    case 2:
    case 3:
      return tab.call_connection("resume", store);
    case 4:
      return tab.call_connection("pull", store);
    case 5:
    case 6:
      return tab.call_connection("refresh", store);
    default:
      return tab.sync(store);
  }
}

void Workload::change_tabs(Device& device) {
  if (static_cast<int>(device.tabs().size()) < device.plan().tabs) {
    (void)device.open_tab();
  } else if (world_.random.one_in(3)) {
    device.end_tab(world_.random.below(device.tabs().size()));
  }
}

// ---- the world

void Workload::repeat(Time span, std::function<void()> fault) {
  if (span == 0) return;
  world_.after(world_.some_time(span / 10, 3 * span), [this, span, fault = std::move(fault)] {
    if (world_.now() >= end_) return;
    fault();
    repeat(span, fault);
  });
}

void Workload::plan_faults(Device& device) {
  const Faults& faults = fleet_.plan.faults;
  for (const int store : device.plan().stores) {
    repeat(faults.partitions,
           [this, &device, store] { device.link(store).cut(world_.some_time(100, 30'000)); });
  }
  repeat(faults.full_disks, [this, &device] {
    // A record of a few hundred bytes may still find room where a CAR does not.
    const std::size_t room = world_.random.one_in(2) ? 0 : 1 + world_.random.below(600);
    device.fill_disk(world_.some_time(10, 10'000), room);
  });
  repeat(faults.clock_jumps, [this, &device] {
    const Time by = world_.some_time(0, kMostJump);
    device.jump_clock(world_.random.one_in(2) ? by : -by);
  });
  repeat(faults.crashes, [&device] { device.crash(); });
}

}  // namespace fireproof::simulator
