#pragma once

#include <cstdlib>

namespace fireproof {

/// States what must hold wherever the program is right. Natively, in tests and in the simulator, the process ends where it
/// does not; in WebAssembly the caller goes on, and refuses what would do harm.
inline void check_invariant([[maybe_unused]] bool holds) {
#ifndef __EMSCRIPTEN__
  if (!holds) std::abort();
#endif
}

}  // namespace fireproof
