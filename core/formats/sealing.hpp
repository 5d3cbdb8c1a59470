#pragma once

#include <span>

#include "crypto/entropy.hpp"
#include "formats/key_ring.hpp"
#include "formats/opened_car.hpp"

namespace fireproof {

/// Writes a 0.14 CAR (format page 4.2, 4.4). Encrypted: every block is sealed with an IV of its own, the member tree and
/// the top block follow, and the top names the sealed form of `roots.front()`.
SealedCar seal_car_14(std::span<const Cid> roots, std::span<const BlockView> blocks,
                      const KeyRing::Key* key, Entropy& entropy);

/// Writes a 0.24 CAR (format page 3.1, 4.2). Encrypted: the whole CAR is one message.
SealedCar seal_car_24(std::span<const Cid> roots, std::span<const BlockView> blocks,
                      const KeyRing::Key* key);

}  // namespace fireproof
