#include "base/text.hpp"

#include <algorithm>
#include <cstring>

namespace fireproof {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// Length in bytes of the well-formed sequence at the start, 0 if there is none.
std::size_t sequence_length(ByteView bytes) {
  const std::uint8_t lead = bytes[0];
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  }
  if (length == 0 || bytes.size() < length || bytes[1] < low || bytes[1] > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((bytes[i] & 0xC0) != 0x80) return 0;
  }
  return length;
}

/// How many bytes at the start are ASCII; looks at eight at a time.
std::size_t ascii_prefix(ByteView bytes) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  const std::uint8_t* const start = bytes.data();
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= bytes.size(); at += sizeof word) {
    std::memcpy(&word, start + at, sizeof word);
    if ((word & kHighBits) != 0) break;
  }
  while (at < bytes.size() && start[at] < 0x80) ++at;
  return at;
}

char32_t decode_sequence(ByteView sequence) {
  if (sequence.size() == 1) return sequence[0];
  char32_t point = sequence[0] & (0xFFU >> (sequence.size() + 1));
  for (std::size_t i = 1; i < sequence.size(); ++i) point = point << 6 | (sequence[i] & 0x3FU);
  return point;
}

void append_utf8(std::string& to, char32_t point) {
  if (point < 0x80) {
    to.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    to.push_back(static_cast<char>(0xC0 | point >> 6));
    to.push_back(static_cast<char>(0x80 | (point & 0x3F)));
  } else if (point < 0x10000) {
    to.push_back(static_cast<char>(0xE0 | point >> 12));
    to.push_back(static_cast<char>(0x80 | (point >> 6 & 0x3F)));
    to.push_back(static_cast<char>(0x80 | (point & 0x3F)));
  } else {
    to.push_back(static_cast<char>(0xF0 | point >> 18));
    to.push_back(static_cast<char>(0x80 | (point >> 12 & 0x3F)));
    to.push_back(static_cast<char>(0x80 | (point >> 6 & 0x3F)));
    to.push_back(static_cast<char>(0x80 | (point & 0x3F)));
  }
}

bool is_high_surrogate(char16_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(char16_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

/// Rank of a UTF-8 lead byte in UTF-16 order: four-byte characters come before U+E000 and above.
std::uint8_t utf16_rank(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  if (byte >= 0xF0) return static_cast<std::uint8_t>(byte - 2);                  // F0..F4 -> EE..F2
  if (byte == 0xEE || byte == 0xEF) return static_cast<std::uint8_t>(byte + 5);  // -> F3, F4
  return byte;
}

}  // namespace

bool is_utf8(ByteView bytes) {
  while (!bytes.empty()) {
    bytes = bytes.subspan(ascii_prefix(bytes));
    if (bytes.empty()) return true;
    const std::size_t length = sequence_length(bytes);
    if (length == 0) return false;
    bytes = bytes.subspan(length);
  }
  return true;
}

std::u16string to_utf16(std::string_view utf8) {
  std::u16string units;
  units.reserve(utf8.size());
  ByteView rest = as_bytes(utf8);
  while (!rest.empty()) {
    const std::size_t length = sequence_length(rest);
    const char32_t point = length == 0 ? kReplacement : decode_sequence(rest.first(length));
    rest = rest.subspan(length == 0 ? 1 : length);
    if (point < 0x10000) {
      units.push_back(static_cast<char16_t>(point));
    } else {
      units.push_back(static_cast<char16_t>(0xD7C0 + (point >> 10)));
      units.push_back(static_cast<char16_t>(0xDC00 + (point & 0x3FF)));
    }
  }
  return units;
}

std::string to_utf8(std::u16string_view utf16) {
  std::string text;
  text.reserve(utf16.size());
  for (std::size_t i = 0; i < utf16.size(); ++i) {
    const char16_t unit = utf16[i];
    if (is_high_surrogate(unit) && i + 1 < utf16.size() && is_low_surrogate(utf16[i + 1])) {
      const char32_t high = unit;
      const char32_t low = utf16[++i];
      append_utf8(text, ((high - 0xD7C0) << 10) + (low & 0x3FF));
    } else if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
      append_utf8(text, kReplacement);
    } else {
      append_utf8(text, unit);
    }
  }
  return text;
}

bool Utf16Order::operator()(std::string_view a, std::string_view b) const {
  const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (in_a == a.end() || in_b == b.end()) return in_a == a.end() && in_b != b.end();
  // Texts that first differ in a continuation byte share the lead byte, so byte order is right there.
  return utf16_rank(*in_a) < utf16_rank(*in_b);
}

}  // namespace fireproof
