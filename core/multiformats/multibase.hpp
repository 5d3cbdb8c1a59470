#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace fireproof {

/// The text encodings of bytes that Fireproof uses. A multibase text starts with the character of its base.
enum class Base : char {
  kBase16 = 'f',
  kBase32 = 'b',     ///< RFC 4648 lower case, no padding: CIDs
  kBase58Btc = 'z',  ///< keys and fingerprints
  kBase64 = 'm',     ///< no padding: bytes in DAG-JSON
  kBase64Pad = 'M',  ///< with padding: 0.24 meta events
};

namespace multibase {

/// Longest input, in bytes, of the quadratic base58btc conversion; longer texts are refused.
constexpr std::size_t kMaxBase58 = 1024;

/// Text without the base's prefix character.
std::string encode_bare(Base base, ByteView bytes);

/// Bytes of a text without prefix. Nothing for a character outside the alphabet, an impossible length,
/// wrong padding, or left-over bits that are not zero (each sequence of bytes has exactly one text).
std::optional<Bytes> decode_bare(Base base, std::string_view text);

/// Text with the base's prefix character.
std::string encode(Base base, ByteView bytes);

/// Bytes of a text with the prefix of one of the bases above.
std::optional<Bytes> decode(std::string_view text);

}  // namespace multibase
}  // namespace fireproof
