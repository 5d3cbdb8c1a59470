#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "multiformats/cid.hpp"

namespace fireproof {

/// What a remote makes of a conditional request.
enum class Condition {
  kUnknown,      ///< nobody has found out yet
  kHonoured,     ///< stores only if it holds
  kIgnored,      ///< stores regardless
  kUnsupported,  ///< refuses such requests
};

/// Its name as API users see it, for example "honoured".
std::string_view condition_name(Condition condition);

/// The condition of this name; kUnknown for any other.
Condition condition_named(std::string_view name);

/// What is known of a remote's conditional requests, and when it was found out.
struct Conditions {
  Condition absent = Condition::kUnknown;  ///< store only what is not there
  Condition match = Condition::kUnknown;   ///< replace only the version that was read
  double probed_at = 0;                    ///< milliseconds of the host's clock

  /// The worse of both: what a writer can rely on.
  [[nodiscard]] Condition both() const;

  friend bool operator==(const Conditions&, const Conditions&) = default;
};

/// What is known of a remote.
struct RemoteState {
  std::string etag;  ///< of its last meta that was applied whole; empty: none
  std::vector<Cid>
      covered;  ///< the head of ours that it is known to hold, whole and named by its meta
  std::vector<Cid> confirmed;  ///< CARs of ours that it is known to hold
  std::vector<Cid> lacking;    ///< CARs of ours that it was found not to hold, or not whole
  Conditions conditions;
  /// The newest CARs that a meta of a provisional history named, while it is not known whether the remote keeps it.
  std::vector<Cid> offered;

  friend bool operator==(const RemoteState&, const RemoteState&) = default;
};

}  // namespace fireproof
