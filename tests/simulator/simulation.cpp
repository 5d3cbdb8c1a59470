#include "simulator/simulation.hpp"

#include "simulator/agreement.hpp"
#include "simulator/fleet.hpp"
#include "simulator/workload.hpp"

namespace fireproof::simulator {
namespace {

Tally tally_of(const Fleet& fleet) {
  Tally tally;
  tally.virtual_time = fleet.world.now();
  tally.events = fleet.world.events();
  for (const auto& watch : fleet.watches) {
    tally.cars += watch->cars();
    tally.metas += watch->metas();
    tally.overwritten += watch->losses();
  }
  for (const auto& device : fleet.devices) {
    const DeviceCounts& counts = device->counts;
    tally.acknowledged += counts.acknowledged;
    tally.refused += counts.refused;
    tally.commits += counts.commits;
    tally.crashes += counts.crashes;
    tally.full_commits += counts.full_commits;
    tally.clock_jumps += counts.clock_jumps;
    for (const int store : device->plan().stores) {
      const LinkCounts& link = device->link(store).counts();
      tally.requests += link.requests;
      tally.lost_requests += link.lost_requests;
      tally.lost_answers += link.lost_answers;
      tally.server_errors += link.server_errors;
      tally.duplicates += link.duplicates;
      tally.damaged += link.damaged;
      tally.partitions += link.partitions;
    }
  }
  return tally;
}

}  // namespace

void Tally::add(const Tally& other) {
  virtual_time += other.virtual_time;
  events += other.events;
  acknowledged += other.acknowledged;
  refused += other.refused;
  commits += other.commits;
  requests += other.requests;
  cars += other.cars;
  metas += other.metas;
  overwritten += other.overwritten;
  lost_requests += other.lost_requests;
  lost_answers += other.lost_answers;
  server_errors += other.server_errors;
  duplicates += other.duplicates;
  damaged += other.damaged;
  partitions += other.partitions;
  crashes += other.crashes;
  full_commits += other.full_commits;
  clock_jumps += other.clock_jumps;
}

std::uint64_t Tally::faults() const {
  return lost_requests + lost_answers + server_errors + duplicates + damaged + partitions +
         crashes + full_commits + clock_jumps;
}

Outcome simulate(const Plan& plan, std::size_t lines) {
  Fleet fleet(plan, lines);
  Outcome outcome;
  try {
    Workload workload(fleet);
    workload.prepare();
    workload.run();
    workload.heal();
    agree(fleet);
  } catch (const Violation& violation) {
    outcome.violation = violation;
  } catch (const std::exception& error) {
    // What a reader of the simulator throws when it cannot read at all.
    outcome.violation = {Guarantee::kG6, error.what()};
  }
  outcome.tally = tally_of(fleet);
  outcome.trace = fleet.world.lines();
  return outcome;
}

}  // namespace fireproof::simulator
