#include "simulator/violation.hpp"

namespace fireproof::simulator {

std::string_view name_of(Guarantee guarantee) {
  switch (guarantee) {
    case Guarantee::kG1:
      return "G1: an acknowledged write is durable and in the upload queue";
    case Guarantee::kG2:
      return "G2: a meta names only CARs that the remote has";
    case Guarantee::kG3:
      return "G3: writers do not erase each other's head where conditions are honoured";
    case Guarantee::kG4:
      return "G4: a crash loses nothing acknowledged, and what follows repeats little";
    case Guarantee::kG5:
      return "G5: every byte that arrives is checked before it is stored";
    case Guarantee::kG6:
      return "G6: the same heads give the same documents everywhere";
    case Guarantee::kG7:
      return "G7: no tight loops, no storms, one transfer in flight per object";
    case Guarantee::kG8:
      return "G8: keys leave the device only where the format demands it";
    case Guarantee::kSafe:
      return "status.safe is exact";
    case Guarantee::kSynced:
      return "synced() means what it says";
  }
  return "";
}

}  // namespace fireproof::simulator
