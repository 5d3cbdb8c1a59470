// What applications and the world do to a fleet, at random.
#pragma once

#include "simulator/fleet.hpp"

namespace fireproof::simulator {

class Workload {
 public:
  explicit Workload(Fleet& fleet) : fleet_(fleet), world_(fleet.world) {}
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;

  // Writes one document on the first device, and lets it reach all stores and all devices, without faults. Where the plan
  // wants first writers: one on every device, and none of them has seen a store.
  void prepare();

  // Work and faults for as long as the plan says.
  void run();

  // The network is whole, disks have room, every device has a tab that is connected and not paused.
  void heal();

 private:
  void plan_action(Device& device);
  void act(Device& device);
  void write(Device& device, Tab& tab);
  void write_one(Device& device, Tab& tab);
  void write_many(Device& device, Tab& tab);
  void write_file(Device& device, Tab& tab);
  void remove(Device& device, Tab& tab);
  void ask_connection(Device& device, Tab& tab);
  void change_tabs(Device& device);
  // Plans a fault again and again, `span` milliseconds apart on average.
  void repeat(Time span, std::function<void()> fault);
  void plan_faults(Device& device);
  std::string some_key(Device& device);

  Fleet& fleet_;
  World& world_;
  Time end_ = 0;
};

}  // namespace fireproof::simulator
