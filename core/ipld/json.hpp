#pragma once

#include <span>
#include <string>

#include "base/error.hpp"
#include "ipld/value.hpp"

namespace fireproof::json {

/// Parses one JSON text (RFC 8259) of at most kMaxDepth levels; duplicate keys are refused. Whole numbers
/// from -2^64 to 2^64-1 become Integer, all others double. Fails with kInvalidArgument and the position.
Result<Value> parse(std::string_view text);

/// Appends a text in quotes. `text` is UTF-8.
void append_text(std::string& to, std::string_view text);

/// A list of CIDs as texts.
std::string cid_list(std::span<const Cid> cids);

/// Appends a finite number in the shortest form that reads back equal, spelled as JavaScript does, except that
/// negative zero keeps its sign.
void append_number(std::string& to, double number);

/// Appends an integer in decimal.
void append_integer(std::string& to, Integer integer);

/// True if a JavaScript number holds this integer exactly, with its neighbours: within ±(2^53-1).
bool is_safe_integer(Integer integer);

}  // namespace fireproof::json
