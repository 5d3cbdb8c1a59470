#pragma once

#include "crypto/secret_key.hpp"

namespace fireproof {

/// Keys and IVs from one random seed of the host: HMAC-SHA-256 of a counter under the seed. The core has no randomness of
/// its own, so that a run can be repeated from its seed.
class Entropy {
 public:
  static constexpr std::size_t kSeedSize = SecretKey::kMaxSize;

  /// `seed` is kSeedSize bytes that nobody can guess, used for one Entropy only.
  explicit Entropy(ByteView seed) : seed_(seed) {}

  /// `size` bytes that were never given before.
  Bytes take(std::size_t size);

 private:
  SecretKey seed_;
  std::uint64_t counter_ = 0;
  Bytes rest_;  // made and not given yet
};

}  // namespace fireproof
