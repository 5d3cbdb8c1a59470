#include "simulator/plan.hpp"

#include <algorithm>

#include "support/random.hpp"

namespace fireproof::simulator {
namespace {

// Half of all simulations are without one kind of fault, so that each is also met alone.
std::size_t chances(test::Random& random, std::size_t least, std::size_t most) {
  return random.one_in(2) ? 0 : least + random.below(most - least);
}

Time pause(test::Random& random, std::size_t least, std::size_t most) {
  return static_cast<Time>(chances(random, least, most));
}

Faults faults_of(test::Random& random) {
  if (random.one_in(12)) return {};
  Faults faults;
  faults.request_lost = chances(random, 6, 60);
  faults.answer_lost = chances(random, 6, 60);
  faults.server_error = chances(random, 6, 60);
  faults.duplicate = chances(random, 5, 40);
  faults.slow = chances(random, 10, 60);
  faults.damage = chances(random, 4, 30);
  faults.partitions = pause(random, 5'000, 40'000);
  faults.full_disks = pause(random, 5'000, 40'000);
  faults.clock_jumps = pause(random, 5'000, 60'000);
  faults.crashes = pause(random, 2'000, 30'000);
  return faults;
}

DevicePlan device_of(test::Random& random, std::size_t stores) {
  DevicePlan device;
  device.tabs = random.one_in(2) ? 1 : 1 + static_cast<int>(random.below(3));
  device.stores.push_back(0);
  // Every device has the first store, so that the fleet hangs together.
  if (stores > 1 && random.one_in(2)) device.stores.push_back(1);
  return device;
}

}  // namespace

std::string_view name_of(StoreKind kind) {
  switch (kind) {
    case StoreKind::kHonours:
      return "honours conditions";
    case StoreKind::kIgnores:
      return "ignores conditions";
    case StoreKind::kLies:
      return "lies about conditions";
    case StoreKind::kRefuses:
      return "answers 501 to conditions";
    case StoreKind::kPlain:
      return "is never asked conditionally";
  }
  return "";
}

bool Plan::has_package_writer() const {
  return std::any_of(devices.begin(), devices.end(),
                     [](const DevicePlan& device) { return device.writes_as_package; });
}

bool Plan::heads_only_grow(int store) const {
  return stores[static_cast<std::size_t>(store)] == StoreKind::kHonours && !has_package_writer();
}

Plan plan_of(std::uint64_t seed, bool first_writers) {
  test::Random random(seed * 0x9E3779B97F4A7C15U + 1);
  Plan plan;
  plan.seed = seed;
  plan.format = seed % 2 == 0 ? "0.24" : "0.14";
  plan.is_public = seed / 2 % 2 == 0;
  plan.own_key = plan.format == "0.14" && !plan.is_public && random.one_in(2);
  plan.first_writers = random.one_in(4);
  plan.stores.push_back(static_cast<StoreKind>(random.below(kStoreKinds)));
  if (random.one_in(3)) plan.stores.push_back(static_cast<StoreKind>(random.below(kStoreKinds)));
  const std::size_t devices = 1 + random.below(4);
  for (std::size_t n = 0; n < devices; ++n)
    plan.devices.push_back(device_of(random, plan.stores.size()));
  // The first device brings the first version to all stores.
  if (plan.stores.size() > 1) plan.devices.front().stores = {0, 1};
  if (devices > 1 && random.one_in(6)) plan.devices.back().writes_as_package = true;
  // Histories of 0.14 that do not meet in time stay unrelated, as at two stores, or where a head may be overwritten unseen.
  if (plan.format == "0.14")
    plan.first_writers = plan.first_writers && plan.stores.size() == 1 && plan.heads_only_grow(0);
  plan.first_writers = plan.first_writers || first_writers;
  plan.faults = faults_of(random);
  plan.poll = static_cast<Time>(500 + random.below(5'000));
  plan.between_actions = static_cast<Time>(250 + random.below(3'000));
  plan.duration = static_cast<Time>(8'000 + random.below(30'000));
  plan.seal_after = 2 + random.below(30);
  plan.compact_after = 3 + random.below(30);
  // Half of all simulations have limits that small databases meet, too.
  const EngineOptions usual;
  plan.cache_budget = random.one_in(2) ? usual.cache_budget : 1 + random.below(20'000);
  plan.save_every = random.one_in(2) ? usual.save_every : 1 + random.below(4'000);
  return plan;
}

std::string describe(const Plan& plan) {
  std::string text = plan.format + (plan.is_public ? ", public" : ", encrypted");
  if (plan.own_key) text += ", key from the first device";
  if (plan.first_writers) text += ", every device with a history of its own";
  for (const StoreKind kind : plan.stores) text += "\n  store: " + std::string(name_of(kind));
  for (const DevicePlan& device : plan.devices) {
    text += "\n  device: " + std::to_string(device.tabs) + " tab(s), " +
            std::to_string(device.stores.size()) + " store(s)";
    if (device.writes_as_package) text += ", overwrites metas as the package does";
  }
  const Faults& faults = plan.faults;
  const auto chance = [&](std::string_view name, std::size_t value) {
    if (value > 0) text += "\n  " + std::string(name) + ": 1 in " + std::to_string(value);
  };
  const auto period = [&](std::string_view name, Time value) {
    if (value > 0)
      text += "\n  " + std::string(name) + ": every " +
              std::to_string(static_cast<int>(value / 1000)) + " s";
  };
  chance("lost requests", faults.request_lost);
  chance("lost answers", faults.answer_lost);
  chance("failing requests", faults.server_error);
  chance("duplicates", faults.duplicate);
  chance("slow requests", faults.slow);
  chance("damaged downloads", faults.damage);
  period("partitions", faults.partitions);
  period("full disks", faults.full_disks);
  period("clock jumps", faults.clock_jumps);
  period("crashes", faults.crashes);
  return text + "\n  poll " + std::to_string(static_cast<int>(plan.poll)) +
         " ms, an action every " + std::to_string(static_cast<int>(plan.between_actions)) +
         " ms for " + std::to_string(static_cast<int>(plan.duration / 1000)) + " s, seal after " +
         std::to_string(plan.seal_after) + ", compact after " + std::to_string(plan.compact_after) +
         ", cache of " + std::to_string(plan.cache_budget) + " bytes, saves after " +
         std::to_string(plan.save_every) + " bytes";
}

}  // namespace fireproof::simulator
