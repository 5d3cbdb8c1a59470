#pragma once

#include <optional>

#include "base/bytes.hpp"

namespace fireproof {

/// Unsigned LEB128 as multiformats and CAR v1 use it: shortest form, at most 9 bytes, below 2^63.
namespace varint {

struct Decoded {
  std::uint64_t value = 0;
  std::size_t size = 0;  ///< bytes read, 1 to 9
};

/// Reads the number at the start of `bytes`; nothing if it is truncated, longer than needed or too large.
std::optional<Decoded> decode(ByteView bytes);

void append(Bytes& to, std::uint64_t value);

/// Bytes that `value` takes, 1 to 10.
std::size_t size(std::uint64_t value);

}  // namespace varint
}  // namespace fireproof
