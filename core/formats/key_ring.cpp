#include "formats/key_ring.hpp"

#include <algorithm>

namespace fireproof {

bool KeyRing::contains(const SecretKey& key) const {
  return std::any_of(keys_.begin(), keys_.end(),
                     [&](const Key& known) { return known.secret == key; });
}

void KeyRing::add(const SecretKey& key) {
  if (!contains(key)) keys_.emplace_back(key);
}

void KeyRing::remove(const SecretKey& key) {
  std::erase_if(keys_, [&](const Key& known) { return known.secret == key; });
}

void KeyRing::set_default(const SecretKey& key) {
  std::erase_if(keys_, [&](const Key& known) { return known.secret == key; });
  keys_.emplace(keys_.begin(), key);
}

}  // namespace fireproof
