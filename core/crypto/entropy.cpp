#include "crypto/entropy.hpp"

#include "crypto/sha256.hpp"

namespace fireproof {

Bytes Entropy::take(std::size_t size) {
  Bytes taken;
  taken.reserve(size);
  while (taken.size() < size) {
    if (rest_.empty()) {
      Bytes counter;
      append_le64(counter, counter_++);
      const Digest made = hmac_sha256(seed_.bytes(), counter);
      rest_ = copy_of(made);
    }
    const std::size_t part = std::min(size - taken.size(), rest_.size());
    append(taken, ByteView(rest_).last(part));
    rest_.resize(rest_.size() - part);
  }
  return taken;
}

}  // namespace fireproof
