#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace fireproof {

/// True if the bytes are well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool is_utf8(ByteView bytes);

/// UTF-16 code units of a well-formed UTF-8 text, as JavaScript holds it.
std::u16string to_utf16(std::string_view utf8);

/// UTF-8 of UTF-16 code units; a surrogate without its partner becomes U+FFFD, as in JavaScript's encoders.
std::string to_utf8(std::u16string_view utf16);

/// The order of JavaScript's `<` on texts: by UTF-16 code unit. Differs from byte order for characters
/// above U+FFFF, which sort before U+E000 to U+FFFF.
struct Utf16Order {
  bool operator()(std::string_view a, std::string_view b) const;
};

}  // namespace fireproof
