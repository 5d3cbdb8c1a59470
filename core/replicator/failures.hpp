#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace fireproof {

/// What a remote holds is damaged; fetching it again may give better bytes.
bool is_damage(ErrorCode code);

/// Trying again may help: damage, and failures of the way to the remote or of storage.
bool is_transient(ErrorCode code);

/// Nothing but another meta, or another key here, can help.
bool is_final(ErrorCode code);

/// The state of a connection after a failure, as API users see it.
std::string_view state_after(ErrorCode code);

/// `{"code", "message"}`, with `remote` if one is concerned and `retryable` if it is less so than others of its code.
std::string error_json(const Error& error);

}  // namespace fireproof
