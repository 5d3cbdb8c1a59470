// What a seed stands for: how large the fleet is, which stores it has, and what goes wrong how often.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replicator/messages.hpp"

namespace fireproof::simulator {

// What a store makes of conditional requests.
enum class StoreKind {
  kHonours,
  kIgnores,  // overwrites whatever it is asked to
  kLies,     // honours conditions, but now and then overwrites all the same
  kRefuses,  // answers 501 to whoever asks conditionally
  kPlain,    // is never asked conditionally, as a connector of functions
};
constexpr int kStoreKinds = 5;

std::string_view name_of(StoreKind kind);

// Chances: a fault happens once in so many times; 0 is never.
struct Faults {
  std::size_t request_lost = 0;
  std::size_t answer_lost = 0;   // the request has been carried out
  std::size_t server_error = 0;  // nothing was carried out
  std::size_t duplicate = 0;     // carried out twice, the second time later
  std::size_t slow = 0;          // takes up to half a minute
  std::size_t damage = 0;        // of a download
  Time partitions = 0;           // between one and the next, on average; 0: none
  Time full_disks = 0;
  Time clock_jumps = 0;
  Time crashes = 0;
};

struct DevicePlan {
  int tabs = 1;             // at most at once
  std::vector<int> stores;  // that it is connected to
  bool writes_as_package =
      false;  // its metas overwrite whatever is there, as the JavaScript package's do
};

struct Plan {
  std::uint64_t seed = 0;
  std::string format;
  bool is_public = false;
  bool own_key = false;  // 0.14: the first device makes the key, the others get it with the meta
  bool first_writers =
      false;  // every device has a history of its own when it meets the first store
  std::vector<StoreKind> stores;
  std::vector<DevicePlan> devices;
  Faults faults;
  Time poll = 0;
  Time between_actions = 0;  // of one device, on average
  Time duration = 0;         // of work with faults, before the network heals
  std::size_t seal_after = 0;
  std::size_t compact_after = 0;
  std::size_t cache_budget = 0;  // bytes
  std::size_t save_every = 0;    // bytes

  [[nodiscard]] bool has_package_writer() const;
  // True if nobody but lawful writers uses this store and it honours conditions.
  [[nodiscard]] bool heads_only_grow(int store) const;
};

// `first_writers`: whatever the seed says.
Plan plan_of(std::uint64_t seed, bool first_writers = false);

// The plan in a few lines, for reports.
std::string describe(const Plan& plan);

}  // namespace fireproof::simulator
