#pragma once

#include "base/error.hpp"
#include "formats/key_ring.hpp"

namespace fireproof {

/// 0.24's encrypted CAR: a CBOR map of IV, AES-128-GCM ciphertext of the whole CAR, and key id (format page 4).
namespace sealed_car_24 {

struct Envelope {
  ByteView iv;           ///< 12 bytes
  std::size_t data = 0;  ///< offset of the ciphertext
  std::size_t size = 0;  ///< of ciphertext and tag
  ByteView key_id;       ///< 32 bytes: SHA-256 of the key
};

/// Reads the map; nothing if the bytes are something else. The views borrow from `stored`.
std::optional<Envelope> read(ByteView stored);

/// The IV that belongs to a CAR: its multihash folded into 12 bytes. Made from the name alone.
Bytes derive_iv(const Cid& name);

/// Opens the envelope in place with whichever known key fits, the named one first. Gives the plaintext CAR, borrowed
/// from `stored`. Fails with kKeyMissing if no key fits and the named one is unknown, else with kCorruptCar: damaged
/// bytes, an IV that is not the derived one, a key id that is not the key's, a plaintext that `name` does not match.
Result<ByteView> open(const Cid& name, const Envelope& envelope, Bytes& stored,
                      const KeyRing& keys);

/// Seals the plaintext CAR of this name. Equal CARs and keys give equal bytes.
Bytes seal(const Cid& name, ByteView plain, const KeyRing::Key& key);

}  // namespace sealed_car_24
}  // namespace fireproof
