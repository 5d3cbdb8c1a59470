#pragma once

namespace fireproof::planted {

/// Faults of the JavaScript package, which a test builds into the replicator, one at a time, to see that the simulator finds
/// them (tests/simulator/CMakeLists.txt). No build that anybody uses has any.
enum class Fault {
  kNone = 0,
  kDropsFailedUploads = 1,  ///< what could not be uploaded leaves the queue all the same
  kMetaFirst = 2,           ///< the meta goes out before the CARs that it names
  kUnconditionalMeta = 3,   ///< the meta overwrites whatever is there
};

#ifdef FIREPROOF_PLANTED_FAULT
constexpr Fault kFault = static_cast<Fault>(FIREPROOF_PLANTED_FAULT);
#else
constexpr Fault kFault = Fault::kNone;
#endif

}  // namespace fireproof::planted
