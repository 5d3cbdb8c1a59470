#pragma once

#include <array>
#include <compare>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace fireproof {

/// Multicodec codes of block contents that occur in Fireproof data.
namespace codec {
constexpr std::uint64_t kRaw = 0x55;      ///< attachment content; the name of a 0.14 CAR
constexpr std::uint64_t kDagPb = 0x70;    ///< UnixFS root of a 0.14 attachment
constexpr std::uint64_t kDagCbor = 0x71;  ///< everything else
constexpr std::uint64_t kCar24 = 0x18;    ///< the name of a 0.24 CAR (the hash of its plaintext)
constexpr std::uint64_t kSealed14 = 0x300539;  ///< an encrypted 0.14 block
}  // namespace codec

/// Multihash codes.
namespace hash {
constexpr std::uint64_t kIdentity = 0x00;
constexpr std::uint64_t kSha256 = 0x12;
}  // namespace hash

/// A content identifier: what a block, or a CAR, is called. A small value type; copies of the usual
/// SHA-256 CIDs (36 or 39 bytes) allocate nothing.
class Cid {
 public:
  /// No CID at all; only good for being assigned to.
  Cid() = default;

  /// Version 1 with a SHA-256 digest of 32 bytes.
  static Cid sha256(std::uint64_t codec, ByteView digest);

  struct Prefix;

  /// Reads the CID at the start of `bytes` and says how long it is. Versions 0 and 1, any hash function.
  static std::optional<Prefix> read(ByteView bytes);

  /// A CID that takes all of `bytes`.
  static std::optional<Cid> from_bytes(ByteView bytes);

  /// Version 1 in base32, base58btc, base16 or base64 with multibase prefix; version 0 as `Qm…`.
  static std::optional<Cid> parse(std::string_view text);

  /// Base32 with prefix `b` (version 1) or `Qm…` (version 0): the form of all sorting by text.
  [[nodiscard]] std::string text() const;

  [[nodiscard]] ByteView bytes() const {
    return long_ ? ByteView(*long_) : ByteView(inline_.data(), inline_size_);
  }
  [[nodiscard]] bool empty() const { return inline_size_ == 0 && !long_; }
  [[nodiscard]] std::uint64_t codec() const;
  [[nodiscard]] std::uint64_t hash_function() const;
  [[nodiscard]] ByteView digest() const;

  friend bool operator==(const Cid& a, const Cid& b) { return equal(a.bytes(), b.bytes()); }

 private:
  struct Layout;
  explicit Cid(ByteView bytes);
  [[nodiscard]] Layout layout() const;

  static constexpr std::size_t kInline = 47;
  std::array<std::uint8_t, kInline> inline_{};
  std::uint8_t inline_size_ = 0;
  std::shared_ptr<const Bytes> long_;
};

struct Cid::Prefix {
  Cid cid;
  std::size_t size = 0;
};

/// Ascending by base32 text: the order of heads and of concurrent events in a replay. In this order the
/// digits 2 to 7 come before the letters, which is not the order of the bytes.
struct CidTextOrder {
  bool operator()(const Cid& a, const Cid& b) const;
};

/// Ascending by bytes: the order of parents in 0.24 events and of members in 0.14 CARs.
struct CidByteOrder {
  bool operator()(const Cid& a, const Cid& b) const { return less(a.bytes(), b.bytes()); }
};

struct CidHash {
  std::size_t operator()(const Cid& cid) const {
    const ByteView bytes = cid.bytes();
    std::size_t value = bytes.size();  // the last bytes of a digest are as good as random
    const std::size_t count = bytes.size() < sizeof value ? bytes.size() : sizeof value;
    if (count > 0) std::memcpy(&value, bytes.data() + bytes.size() - count, count);
    return value;
  }
};

}  // namespace fireproof
