#include "ipld/json.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace fireproof::json {
namespace {

using NumberText = std::array<char, 32>;

/// Adds one unit of the last digit to d.ddde±x.
void increment(NumberText& text) {
  for (char* c = std::strchr(text.data(), 'e') - 1; c >= text.data(); --c) {
    if (*c == '.') continue;
    if (*c != '9') {
      ++*c;
      return;
    }
    *c = '0';
  }
}

/// The shortest of the decimal forms that reads back as the positive `number`, as d.ddde±x.
NumberText shortest(double number) {
  NumberText text{};
  const auto reads_back = [&] { return std::strtod(text.data(), nullptr) == number; };
  const auto try_precision = [&](int digits) {
    std::snprintf(text.data(), text.size(), "%.*e", digits - 1, number);
    return reads_back();
  };
  // 15 digits survive for every number that is not denormal, so shorter forms only lose zeros.
  if (std::fabs(number) < 2.3e-308) {
    for (int digits = 1; digits < 17; ++digits) {
      if (try_precision(digits)) return text;
    }
  }
  if (try_precision(15) || try_precision(16)) return text;
  // The double below a power of two is nearer than the one above. So the nearest decimal may be read back as the
  // former, while the next one above is still read back rightly.
  const bool is_power_of_two = bits_as<std::uint64_t>(number) << 12 == 0;
  if (is_power_of_two) {
    increment(text);
    if (reads_back()) return text;
  }
  try_precision(17);
  return text;
}

/// A character that JSON has only escaped.
void append_escaped(std::string& to, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kShort = "\b\f\n\r\t";
  constexpr std::string_view kNames = "bfnrt";
  to.push_back('\\');
  if (c == '"' || c == '\\') {
    to.push_back(c);
  } else if (const auto at = kShort.find(c); at != std::string_view::npos) {
    to.push_back(kNames[at]);
  } else {
    const auto byte = static_cast<std::uint8_t>(c);
    to.append("u00");
    to.push_back(kHex[byte >> 4]);
    to.push_back(kHex[byte & 15]);
  }
}

}  // namespace

std::string cid_list(std::span<const Cid> cids) {
  std::string json = "[";
  for (const Cid& cid : cids) {
    if (json.size() > 1) json.push_back(',');
    append_text(json, cid.text());
  }
  return json + "]";
}

void append_text(std::string& to, std::string_view text) {
  const auto is_plain = [](char c) {
    return c != '"' && c != '\\' && static_cast<std::uint8_t>(c) >= 0x20;
  };
  to.push_back('"');
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_plain(text[end])) ++end;
    to.append(text.data() + at, end - at);  // in one piece: most texts have nothing to escape
    if (end < text.size()) append_escaped(to, text[end]);
    at = end + 1;
  }
  to.push_back('"');
}

void append_number(std::string& to, double number) {
  if (number == 0) {
    to.append(std::signbit(number) ? "-0" : "0");
    return;
  }
  const NumberText text = shortest(std::fabs(number));
  std::string digits;
  int exponent = 0;
  for (const char* c = text.data(); *c != 0; ++c) {
    if (*c == 'e') {
      exponent = std::atoi(c + 1);
      break;
    }
    if (*c != '.') digits.push_back(*c);
  }
  digits.erase(digits.find_last_not_of('0') + 1);
  if (number < 0) to.push_back('-');
  const int count = static_cast<int>(digits.size());
  if (exponent >= -6 && exponent < 0) {
    to.append("0.").append(static_cast<std::size_t>(-exponent - 1), '0').append(digits);
  } else if (exponent >= 0 && exponent < 21) {
    if (count <= exponent + 1) {
      to.append(digits).append(static_cast<std::size_t>(exponent + 1 - count), '0');
    } else {
      const auto whole = static_cast<std::size_t>(exponent + 1);
      to.append(digits, 0, whole).append(".").append(digits, whole);
    }
  } else {
    to.push_back(digits[0]);
    if (count > 1) to.append(".").append(digits, 1);
    to.append(exponent < 0 ? "e-" : "e+").append(std::to_string(std::abs(exponent)));
  }
}

void append_integer(std::string& to, Integer integer) {
  if (!integer.negative) {
    to.append(std::to_string(integer.magnitude));
  } else if (integer.magnitude == UINT64_MAX) {
    to.append("-18446744073709551616");
  } else {
    to.append("-").append(std::to_string(integer.magnitude + 1));
  }
}

bool is_safe_integer(Integer integer) {
  constexpr std::uint64_t kMaxSafe = (std::uint64_t{1} << 53) - 1;
  return integer.negative ? integer.magnitude < kMaxSafe : integer.magnitude <= kMaxSafe;
}

}  // namespace fireproof::json
