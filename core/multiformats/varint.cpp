#include "multiformats/varint.hpp"

namespace fireproof::varint {

constexpr std::size_t kMaxSize = 9;

std::optional<Decoded> decode(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size() && i < kMaxSize; ++i) {
    value |= static_cast<std::uint64_t>(bytes[i] & 0x7F) << (7 * i);
    if ((bytes[i] & 0x80) == 0) {
      if (bytes[i] == 0 && i > 0) return std::nullopt;  // not the shortest form
      return Decoded{value, i + 1};
    }
  }
  return std::nullopt;
}

void append(Bytes& to, std::uint64_t value) {
  while (value >= 0x80) {
    to.push_back(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  to.push_back(static_cast<std::uint8_t>(value));
}

std::size_t size(std::uint64_t value) {
  std::size_t count = 1;
  for (; value >= 0x80; value >>= 7) ++count;
  return count;
}

}  // namespace fireproof::varint
