#include "formats/sealed_block_14.hpp"

#include "crypto/sha256.hpp"

namespace fireproof::sealed_block_14 {

constexpr std::size_t kLengthSize = 4;

std::optional<Opened> open(std::span<std::uint8_t> sealed, const AesGcm& cipher) {
  if (sealed.size() < AesGcm::kIvSize + AesGcm::kTagSize + kLengthSize) return std::nullopt;
  const auto iv = sealed.first(AesGcm::kIvSize);
  const auto message = sealed.subspan(AesGcm::kIvSize);
  if (!cipher.open(iv, message)) return std::nullopt;
  const ByteView plain = message.first(message.size() - AesGcm::kTagSize);
  const std::uint32_t cid_size = load_le32(plain);
  if (cid_size > plain.size() - kLengthSize) return std::nullopt;
  auto cid = Cid::from_bytes(plain.subspan(kLengthSize, cid_size));
  const ByteView data = plain.subspan(kLengthSize + cid_size);
  if (!cid || !matches(*cid, data)) return std::nullopt;
  return Opened{std::move(*cid), data};
}

Bytes seal(const Cid& cid, ByteView data, ByteView iv, const AesGcm& cipher) {
  Bytes plain;
  append_le32(plain, static_cast<std::uint32_t>(cid.bytes().size()));
  append(plain, cid.bytes());
  append(plain, data);
  Bytes sealed = copy_of(iv);
  cipher.seal(iv, plain, sealed);
  return sealed;
}

}  // namespace fireproof::sealed_block_14
