// All that takes part in one simulation.
#pragma once

#include <memory>
#include <vector>

#include "simulator/device.hpp"
#include "simulator/history.hpp"
#include "simulator/object_store.hpp"
#include "simulator/plan.hpp"
#include "simulator/store_watch.hpp"
#include "simulator/world.hpp"

namespace fireproof::simulator {

struct Fleet {
  // Keeps the last `lines` of its trace.
  Fleet(const Plan& plan, std::size_t lines);
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;
  ~Fleet();

  // How a database of this fleet is opened; every time with other entropy.
  EngineOptions options();

  const Plan plan;
  World world;
  History history;
  std::vector<std::unique_ptr<ObjectStore>> stores;
  std::vector<std::unique_ptr<StoreWatch>> watches;  // of the stores
  std::vector<std::unique_ptr<Device>> devices;
  std::uint64_t next_number = 1;  // every write of a document has its own
};

}  // namespace fireproof::simulator
