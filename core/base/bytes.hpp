#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fireproof {

/// Owned bytes.
using Bytes = std::vector<std::uint8_t>;

/// Borrowed bytes: valid as long as their owner is; never kept beyond the call that received them.
using ByteView = std::span<const std::uint8_t>;

inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// By pointers: some standard libraries copy what other iterators point to byte by byte.
inline Bytes copy_of(ByteView bytes) { return {bytes.data(), bytes.data() + bytes.size()}; }

inline void append(Bytes& to, ByteView bytes) {
  to.insert(to.end(), bytes.data(), bytes.data() + bytes.size());
}

inline bool equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

/// Bytewise lexicographic order; a proper prefix comes first.
inline bool less(ByteView a, ByteView b) {
  const std::size_t common = a.size() < b.size() ? a.size() : b.size();
  const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  return order != 0 ? order < 0 : a.size() < b.size();
}

inline std::uint32_t load_le32(ByteView bytes) {
  return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8 |
         static_cast<std::uint32_t>(bytes[2]) << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
}

inline std::uint64_t load_le64(ByteView bytes) {
  return load_le32(bytes) | static_cast<std::uint64_t>(load_le32(bytes.subspan(4))) << 32;
}

inline void append_le32(Bytes& to, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8)
    to.push_back(static_cast<std::uint8_t>(value >> shift));
}

inline void append_le64(Bytes& to, std::uint64_t value) {
  append_le32(to, static_cast<std::uint32_t>(value));
  append_le32(to, static_cast<std::uint32_t>(value >> 32));
}

/// The object representation of `from` as a `To` (std::bit_cast, which some WebAssembly toolchains lack).
template <typename To, typename From>
To bits_as(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

}  // namespace fireproof
