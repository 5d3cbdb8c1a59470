#pragma once

#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "crypto/secret_key.hpp"

namespace fireproof {

/// AES-128-GCM or AES-256-GCM (by the size of the key) with 16-byte tags, in constant time. Neither
/// format authenticates additional data (`aad`). The key schedule is made once and wiped with the
/// object.
class AesGcm {
 public:
  static constexpr std::size_t kIvSize = 12;
  static constexpr std::size_t kTagSize = 16;

  /// `key` is 16 or 32 bytes.
  explicit AesGcm(const SecretKey& key);
  AesGcm(AesGcm&&) noexcept;
  AesGcm& operator=(AesGcm&&) noexcept;
  ~AesGcm();

  /// Appends ciphertext and tag of `plaintext` to `to`.
  void seal(ByteView iv, ByteView plaintext, Bytes& to, ByteView aad = {}) const;

  /// Decrypts `sealed` (ciphertext and tag) where it stands. The plaintext is then the first
  /// `sealed.size() - kTagSize` bytes. If the tag does not fit: false, and `sealed` is as it was.
  [[nodiscard]] bool open(ByteView iv, std::span<std::uint8_t> sealed, ByteView aad = {}) const;

  /// Decrypts a part of a message whose tag was checked before: `part` is the ciphertext from byte
  /// `offset` on. Nothing authenticates the result, so its hash must be checked by the caller.
  void decrypt_part(ByteView iv, std::uint64_t offset, std::span<std::uint8_t> part) const;

 private:
  struct Schedule;
  std::unique_ptr<Schedule> schedule_;
};

}  // namespace fireproof
