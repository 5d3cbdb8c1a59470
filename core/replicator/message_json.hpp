#pragma once

#include <string>
#include <vector>

#include "replicator/messages.hpp"

namespace fireproof {

/// Messages as they cross to JavaScript: JSON text, with bytes beside it. Documents are already JSON and go in as they are,
/// so that one JSON.parse reads everything.
namespace message_json {

/// A JSON list of commands. Bytes are referred to as `{"blob": n}`, the n-th of `blobs`.
std::string encode(const std::vector<Command>& commands, std::vector<Bytes>& blobs);

/// Reads an input: JSON text whose member "sizes" cuts `bytes` into pieces. Fails with kInvalidArgument: a mistake of the host.
Result<Input> decode(std::string_view json, Bytes bytes);

}  // namespace message_json
}  // namespace fireproof
