// Bytes in tests are written, and compared, as hex.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace fireproof::test {

// Bytes of hex digits of either case. Spaces between the digits of two bytes are for the reader.
inline Bytes from_hex(std::string_view text) {
  Bytes bytes;
  unsigned value = 0;
  int digits = 0;
  for (const char c : text) {
    if (c == ' ') continue;
    const auto digit = std::string_view("0123456789abcdef").find(c >= 'A' && c <= 'F' ? c + 32 : c);
    if (digit == std::string_view::npos)
      throw std::invalid_argument("not hex: " + std::string(text));
    value = value << 4 | static_cast<unsigned>(digit);
    if (++digits % 2 == 0) bytes.push_back(static_cast<std::uint8_t>(value));
  }
  if (digits % 2 != 0) throw std::invalid_argument("half a byte: " + std::string(text));
  return bytes;
}

// Lower case, without spaces.
inline std::string to_hex(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

}  // namespace fireproof::test
