#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "crypto/sha256.hpp"

namespace fireproof {

/// A symmetric key of 16 bytes (0.24) or 32 bytes (0.14). Its memory is wiped when it goes.
class SecretKey {
 public:
  static constexpr std::size_t kMaxSize = 32;

  /// `bytes` are 1 to 32.
  explicit SecretKey(ByteView bytes);
  SecretKey(const SecretKey& other) = default;
  SecretKey& operator=(const SecretKey& other) = default;
  ~SecretKey();

  /// Reads a key of `size` bytes from hex (either case) or from multibase base58btc (`z…`).
  /// Fails with kInvalidKey; the message never repeats the text.
  static Result<SecretKey> parse(std::string_view text, std::size_t size);

  [[nodiscard]] ByteView bytes() const { return ByteView(bytes_).first(size_); }
  [[nodiscard]] std::string hex() const;     ///< lower case
  [[nodiscard]] std::string base58() const;  ///< with the prefix `z`

  /// SHA-256 of the key: how 0.24 says which key sealed a CAR (0.24 format page, 4.3).
  [[nodiscard]] Digest id() const { return sha256(bytes()); }

  friend bool operator==(const SecretKey& a, const SecretKey& b);

 private:
  std::array<std::uint8_t, kMaxSize> bytes_{};
  std::size_t size_;
};

/// Overwrites memory in a way that compilers keep.
void wipe(std::string& text);
void wipe(Bytes& bytes);

}  // namespace fireproof
