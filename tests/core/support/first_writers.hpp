// Devices that fill the same new database before they see each other.
#pragma once

#include <string>

#include "support/device.hpp"
#include "support/writing.hpp"

namespace fireproof::test {

// Options of a device that chooses its own key, unless the database is public.
EngineOptions own_key(const Kind& kind, std::uint8_t device);

// The key of a database as hex; empty for a public one.
std::string key_of(Device& device);

// The text of a document; "-" if there is none, or it is deleted.
std::string text_of(Device& device, const std::string& id);

// How often a device told of a rebase, and the ids of the last one, separated by spaces.
struct Rebased {
  int times = 0;
  std::string ids;
};
Rebased rebased(Device& device);

// Rounds of all until nobody has anything to send or to take over; fails the test if that takes too long.
void settle(std::initializer_list<Device*> devices);

// All devices and a fresh one, that has `key` unless the remote gives it, show the same documents and the same clock.
void check_agreement(const Kind& kind, Remote& remote, std::initializer_list<Device*> devices,
                     const std::string& key = {});

// True if every acknowledged write of the device is stored and confirmed at the remote, as its connection says.
bool is_safe(Device& device);

}  // namespace fireproof::test
