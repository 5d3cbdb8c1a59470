#pragma once

#include "base/error.hpp"
#include "ipld/value.hpp"

namespace fireproof::dag_json {

/// Decodes DAG-JSON: JSON in which `{"/": "<cid>"}` is a link and `{"/": {"bytes": "<base64>"}}` bytes. White
/// space, any order of keys and a trailing newline are accepted; any other map whose first and only key is
/// "/" is refused. Fails with kInvalidArgument.
Result<Value> decode(std::string_view text);

/// The canonical text: no white space, map keys in byte order.
std::string encode(const Value& value);

}  // namespace fireproof::dag_json
