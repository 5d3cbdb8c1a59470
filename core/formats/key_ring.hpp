#pragma once

#include <vector>

#include "crypto/aes_gcm.hpp"
#include "crypto/secret_key.hpp"

namespace fireproof {

/// The keys that a database knows: one that seals what it writes, and any number that only open.
class KeyRing {
 public:
  struct Key {
    explicit Key(const SecretKey& from) : secret(from), cipher(from), id(from.id()) {}

    SecretKey secret;
    AesGcm cipher;
    Digest id;
  };

  /// Adds a key for opening; nothing happens if it is known.
  void add(const SecretKey& key);

  /// Adds a key and makes it the one that seals.
  void set_default(const SecretKey& key);

  /// Takes a key out; nothing happens if it is not known.
  void remove(const SecretKey& key);

  [[nodiscard]] const std::vector<Key>& keys() const { return keys_; }
  [[nodiscard]] bool empty() const { return keys_.empty(); }
  [[nodiscard]] bool contains(const SecretKey& key) const;

  /// The key that seals: the first one, null if there is none.
  [[nodiscard]] const Key* default_key() const { return keys_.empty() ? nullptr : &keys_.front(); }

 private:
  std::vector<Key> keys_;
};

}  // namespace fireproof
