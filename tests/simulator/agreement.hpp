// The end of a simulation: G6, and that nothing waits for ever.
#pragma once

#include "simulator/fleet.hpp"

namespace fireproof::simulator {

// Lets a healed fleet run until all devices and stores have the same head and every call is answered, then compares documents
// and clocks of all tabs, of what is stored, and of a device that begins with each store. Throws a Violation if they do not
// come to agree.
void agree(Fleet& fleet);

}  // namespace fireproof::simulator
