#include "simulator/fleet.hpp"

namespace fireproof::simulator {

Fleet::Fleet(const Plan& of, std::size_t lines)
    : plan(of), world(of.seed, lines), history(*find_format(of.format)) {
  for (const StoreKind kind : plan.stores) {
    const int number = static_cast<int>(stores.size());
    stores.push_back(std::make_unique<ObjectStore>(world, number, kind, plan.format));
    watches.push_back(std::make_unique<StoreWatch>(plan, history, *stores.back()));
  }
  for (const DevicePlan& device : plan.devices) {
    const int number = static_cast<int>(devices.size());
    devices.push_back(std::make_unique<Device>(*this, number, device));
  }
}

Fleet::~Fleet() = default;

EngineOptions Fleet::options() {
  EngineOptions options;
  options.format = plan.format;
  options.is_public = plan.is_public;
  const bool given = !plan.is_public && !plan.own_key;
  if (given) options.key = std::string(history.format().key_size() * 2, '7');
  const Bytes entropy = world.random.bytes(options.entropy.size());
  std::copy(entropy.begin(), entropy.end(), options.entropy.begin());
  options.seal_after = plan.seal_after;
  options.compact_after = plan.compact_after;
  options.cache_budget = plan.cache_budget;
  options.save_every = plan.save_every;
  return options;
}

}  // namespace fireproof::simulator
