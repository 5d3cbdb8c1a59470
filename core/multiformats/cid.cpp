#include "multiformats/cid.hpp"

#include <algorithm>

#include "multiformats/multibase.hpp"
#include "multiformats/varint.hpp"

namespace fireproof {
namespace {

constexpr std::size_t kSha256Size = 32;
constexpr std::size_t kVersion0Size = 2 + kSha256Size;
constexpr std::size_t kVersion0TextSize = 46;
constexpr std::size_t kMaxDigest =
    4096;  // identity CIDs carry content; more is not a name any more

bool is_version0(ByteView bytes) {
  return bytes.size() >= kVersion0Size && bytes[0] == hash::kSha256 && bytes[1] == kSha256Size;
}

}  // namespace

struct Cid::Layout {
  std::uint64_t codec = codec::kDagPb;
  std::uint64_t hash = hash::kSha256;
  std::size_t digest_at = 2;
  std::size_t size = kVersion0Size;

  static std::optional<Layout> of(ByteView bytes) {
    if (is_version0(bytes)) return Layout{};
    std::size_t at = 0;
    std::array<std::uint64_t, 4> fields{};  // version, codec, hash function, digest size
    for (std::uint64_t& field : fields) {
      const auto number = varint::decode(bytes.subspan(at));
      if (!number) return std::nullopt;
      field = number->value;
      at += number->size;
    }
    const auto [version, codec, hash, digest_size] = fields;
    if (version != 1 || digest_size > kMaxDigest || digest_size > bytes.size() - at) {
      return std::nullopt;
    }
    if (hash == hash::kSha256 && digest_size != kSha256Size) return std::nullopt;
    return Layout{codec, hash, at, at + static_cast<std::size_t>(digest_size)};
  }
};

Cid::Cid(ByteView bytes) {
  if (bytes.size() <= kInline) {
    std::copy(bytes.begin(), bytes.end(), inline_.begin());
    inline_size_ = static_cast<std::uint8_t>(bytes.size());
  } else {
    long_ = std::make_shared<const Bytes>(bytes.begin(), bytes.end());
  }
}

Cid Cid::sha256(std::uint64_t codec, ByteView digest) {
  Bytes bytes;
  bytes.reserve(kInline);
  bytes.push_back(1);
  varint::append(bytes, codec);
  bytes.push_back(hash::kSha256);
  bytes.push_back(kSha256Size);
  append(bytes, digest);
  return Cid(bytes);
}

std::optional<Cid::Prefix> Cid::read(ByteView bytes) {
  const auto layout = Layout::of(bytes);
  if (!layout) return std::nullopt;
  return Prefix{Cid(bytes.first(layout->size)), layout->size};
}

std::optional<Cid> Cid::from_bytes(ByteView bytes) {
  auto prefix = read(bytes);
  if (!prefix || prefix->size != bytes.size()) return std::nullopt;
  return std::move(prefix->cid);
}

std::optional<Cid> Cid::parse(std::string_view text) {
  if (text.size() == kVersion0TextSize && text.starts_with("Qm")) {
    const auto bytes = multibase::decode_bare(Base::kBase58Btc, text);
    if (!bytes || !is_version0(*bytes)) return std::nullopt;
    return from_bytes(*bytes);
  }
  const auto bytes = multibase::decode(text);
  if (!bytes || is_version0(*bytes)) return std::nullopt;  // version 0 has no multibase form
  return from_bytes(*bytes);
}

std::string Cid::text() const {
  if (is_version0(bytes())) return multibase::encode_bare(Base::kBase58Btc, bytes());
  return multibase::encode(Base::kBase32, bytes());
}

Cid::Layout Cid::layout() const { return Layout::of(bytes()).value_or(Layout{0, 0, 0, 0}); }

std::uint64_t Cid::codec() const { return layout().codec; }

std::uint64_t Cid::hash_function() const { return layout().hash; }

ByteView Cid::digest() const { return bytes().subspan(layout().digest_at); }

bool CidTextOrder::operator()(const Cid& a, const Cid& b) const {
  // Comparing five bits at a time with the digits' values moved below the letters' gives the order of the
  // texts without making them. Texts of other bases (version 0) are rare enough to be made.
  const ByteView x = a.bytes();
  const ByteView y = b.bytes();
  if (is_version0(x) || is_version0(y)) return a.text() < b.text();
  const auto [in_x, in_y] = std::mismatch(x.begin(), x.end(), y.begin(), y.end());
  if (in_x == x.end() || in_y == y.end()) return a.text() < b.text();
  const auto at = static_cast<std::size_t>(in_x - x.begin());
  const auto group = [](ByteView bytes, std::size_t index) {
    const std::size_t bit = index * 5;
    const unsigned high = bytes[bit / 8];
    const unsigned low = bit / 8 + 1 < bytes.size() ? bytes[bit / 8 + 1] : 0;
    const unsigned value = (high << 8 | low) >> (11 - bit % 8) & 31U;
    return value < 26 ? value + 6 : value - 26;  // letters a..z are 0..25, digits 2..7 are 26..31
  };
  for (std::size_t index = at * 8 / 5; index <= (at * 8 + 7) / 5; ++index) {
    const auto p = group(x, index);
    const auto q = group(y, index);
    if (p != q) return p < q;
  }
  return false;
}

}  // namespace fireproof
