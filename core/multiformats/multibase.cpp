#include "multiformats/multibase.hpp"

#include <algorithm>
#include <array>

namespace fireproof::multibase {
namespace {

constexpr std::string_view kBase16Alphabet = "0123456789abcdef";
constexpr std::string_view kBase32Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kBase58Alphabet =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::string_view kBase64Alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t kNotInAlphabet = 0xFF;
using ReverseAlphabet = std::array<std::uint8_t, 256>;

constexpr ReverseAlphabet reverse(std::string_view alphabet) {
  ReverseAlphabet table{};
  for (auto& entry : table) entry = kNotInAlphabet;
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}

/// A base whose alphabet has 2^bits characters.
struct PowerOfTwoBase {
  std::string_view alphabet;
  ReverseAlphabet values;
  unsigned bits;
};

constexpr PowerOfTwoBase kBase16{kBase16Alphabet, reverse(kBase16Alphabet), 4};
constexpr PowerOfTwoBase kBase32{kBase32Alphabet, reverse(kBase32Alphabet), 5};
constexpr PowerOfTwoBase kBase64{kBase64Alphabet, reverse(kBase64Alphabet), 6};
constexpr ReverseAlphabet kBase58Values = reverse(kBase58Alphabet);

std::string encode_bits(const PowerOfTwoBase& base, ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() * 8 + base.bits - 1) / base.bits);
  const unsigned mask = (1U << base.bits) - 1;
  unsigned buffer = 0;
  unsigned held = 0;
  for (const std::uint8_t byte : bytes) {
    buffer = (buffer << 8 | byte) & 0xFFFF;
    held += 8;
    while (held >= base.bits) {
      held -= base.bits;
      text.push_back(base.alphabet[buffer >> held & mask]);
    }
  }
  if (held > 0) text.push_back(base.alphabet[buffer << (base.bits - held) & mask]);
  return text;
}

std::optional<Bytes> decode_bits(const PowerOfTwoBase& base, std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size() * base.bits / 8);
  unsigned buffer = 0;
  unsigned held = 0;
  for (const char character : text) {
    const std::uint8_t value = base.values[static_cast<std::uint8_t>(character)];
    if (value == kNotInAlphabet) return std::nullopt;
    buffer = (buffer << base.bits | value) & 0xFFFF;
    held += base.bits;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<std::uint8_t>(buffer >> held));
    }
  }
  // What is left over must be less than a character and zero.
  if (held >= base.bits || (buffer & ((1U << held) - 1)) != 0) return std::nullopt;
  return bytes;
}

std::string encode_base58(ByteView bytes) {
  const auto first =
      std::find_if(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b != 0; });
  const auto zeros = static_cast<std::size_t>(first - bytes.begin());
  Bytes digits;  // base 58, least significant first
  for (const std::uint8_t byte : bytes.subspan(zeros)) {
    unsigned carry = byte;
    for (std::uint8_t& digit : digits) {
      carry += static_cast<unsigned>(digit) << 8;
      digit = static_cast<std::uint8_t>(carry % 58);
      carry /= 58;
    }
    for (; carry > 0; carry /= 58) digits.push_back(static_cast<std::uint8_t>(carry % 58));
  }
  std::string text(zeros, '1');
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    text.push_back(kBase58Alphabet[*digit]);
  }
  return text;
}

std::optional<Bytes> decode_base58(std::string_view text) {
  if (text.size() > kMaxBase58) return std::nullopt;
  const std::size_t zeros = std::min(text.find_first_not_of('1'), text.size());
  Bytes reversed;  // least significant first
  for (const char character : text.substr(zeros)) {
    const std::uint8_t value = kBase58Values[static_cast<std::uint8_t>(character)];
    if (value == kNotInAlphabet) return std::nullopt;
    unsigned carry = value;
    for (std::uint8_t& byte : reversed) {
      carry += byte * 58U;
      byte = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) reversed.push_back(static_cast<std::uint8_t>(carry));
  }
  Bytes bytes(zeros, 0);
  bytes.insert(bytes.end(), reversed.rbegin(), reversed.rend());
  return bytes;
}

std::optional<Bytes> decode_base64_padded(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.ends_with('=')) text.remove_suffix(text.ends_with("==") ? 2 : 1);
  return decode_bits(kBase64, text);
}

}  // namespace

std::string encode_bare(Base base, ByteView bytes) {
  switch (base) {
    case Base::kBase16:
      return encode_bits(kBase16, bytes);
    case Base::kBase32:
      return encode_bits(kBase32, bytes);
    case Base::kBase58Btc:
      return encode_base58(bytes);
    case Base::kBase64:
      return encode_bits(kBase64, bytes);
    case Base::kBase64Pad: {
      std::string text = encode_bits(kBase64, bytes);
      text.append((4 - text.size() % 4) % 4, '=');
      return text;
    }
  }
  return {};
}

std::optional<Bytes> decode_bare(Base base, std::string_view text) {
  switch (base) {
    case Base::kBase16:
      return decode_bits(kBase16, text);
    case Base::kBase32:
      return decode_bits(kBase32, text);
    case Base::kBase58Btc:
      return decode_base58(text);
    case Base::kBase64:
      return decode_bits(kBase64, text);
    case Base::kBase64Pad:
      return decode_base64_padded(text);
  }
  return std::nullopt;
}

std::string encode(Base base, ByteView bytes) {
  return static_cast<char>(base) + encode_bare(base, bytes);
}

std::optional<Bytes> decode(std::string_view text) {
  constexpr std::string_view kPrefixes = "fbzmM";
  if (text.empty() || kPrefixes.find(text[0]) == std::string_view::npos) return std::nullopt;
  return decode_bare(static_cast<Base>(text[0]), text.substr(1));
}

}  // namespace fireproof::multibase
