// Files of Go's fuzzer: a heading, then one line `[]byte("…")` with the input as a Go string literal.
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace fireproof::test {

inline Bytes go_fuzz_input(std::string_view file) {
  constexpr std::string_view kStart = "go test fuzz v1\n[]byte(\"";
  const auto end = file.rfind("\")");
  if (!file.starts_with(kStart) || end == std::string_view::npos) {
    throw std::runtime_error("not a file of Go's fuzzer");
  }
  Bytes bytes;
  for (std::size_t i = kStart.size(); i < end; ++i) {
    if (file[i] != '\\') {
      bytes.push_back(static_cast<std::uint8_t>(file[i]));
      continue;
    }
    const char escape = file[++i];
    constexpr std::string_view kEscapes = "abfnrtv\\\"'";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\\"'";
    if (const auto at = kEscapes.find(escape); at != std::string_view::npos) {
      bytes.push_back(static_cast<std::uint8_t>(kMeanings[at]));
    } else if (escape == 'x') {
      const std::string digits(file.substr(i + 1, 2));
      bytes.push_back(static_cast<std::uint8_t>(std::strtoul(digits.c_str(), nullptr, 16)));
      i += 2;
    } else {
      throw std::runtime_error(std::string("unexpected escape \\") + escape);
    }
  }
  return bytes;
}

}  // namespace fireproof::test
