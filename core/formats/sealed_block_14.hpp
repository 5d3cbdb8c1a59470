#pragma once

#include <span>

#include "base/error.hpp"
#include "crypto/aes_gcm.hpp"

namespace fireproof {

/// An encrypted 0.14 block: IV, then AES-256-GCM over the length of the CID, the CID and the block (format page 4.4).
namespace sealed_block_14 {

struct Opened {
  Cid cid;
  ByteView data;  ///< borrowed from the sealed bytes, which are decrypted in place
};

/// Opens and checks the block inside. Nothing if the tag does not fit (another key, or damage), the content is cut
/// short, or the block does not match its CID; then `sealed` may have been decrypted.
std::optional<Opened> open(std::span<std::uint8_t> sealed, const AesGcm& cipher);

/// Seals a block with a fresh random `iv` of 12 bytes. Its name is CID codec::kSealed14 of the result.
Bytes seal(const Cid& cid, ByteView data, ByteView iv, const AesGcm& cipher);

}  // namespace sealed_block_14
}  // namespace fireproof
