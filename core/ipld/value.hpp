#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "multiformats/cid.hpp"

namespace fireproof {

class Value;

struct Null {
  friend bool operator==(Null, Null) { return true; }
};

/// An integer from -2^64 to 2^64-1, held as CBOR does: `magnitude`, or -1 - `magnitude` when negative.
struct Integer {
  std::uint64_t magnitude = 0;
  bool negative = false;

  friend bool operator==(const Integer&, const Integer&) = default;
};

using List = std::vector<Value>;
/// Entries in the order in which they were read or added. Keys are unique.
using Map = std::vector<std::pair<std::string, Value>>;

/// Deepest nesting of lists and maps that any decoder here accepts.
constexpr int kMaxDepth = 1000;

/// A node of the IPLD data model.
class Value {
 public:
  using Content = std::variant<Null, bool, Integer, double, std::string, Bytes, List, Map, Cid>;

  Value() = default;
  template <typename T>
  requires(!std::is_same_v<std::decay_t<T>, Value> && std::is_constructible_v<Content, T>)
      Value(T&& content)
      : content_(std::forward<T>(content)) {}  // NOLINT(google-explicit-constructor)

  static Value integer(std::uint64_t magnitude) { return Value(Integer{magnitude, false}); }

  /// The content if it is of type T, else null.
  template <typename T>
  [[nodiscard]] const T* get() const {
    return std::get_if<T>(&content_);
  }
  template <typename T>
  [[nodiscard]] T* get() {
    return std::get_if<T>(&content_);
  }

  /// The member of a map, or null if this is no map or has no such member.
  [[nodiscard]] const Value* find(std::string_view key) const {
    if (const Map* map = get<Map>()) {
      for (const auto& [name, value] : *map) {
        if (name == key) return &value;
      }
    }
    return nullptr;
  }

  /// The content of that member if it is of type T, else null.
  template <typename T>
  [[nodiscard]] const T* find(std::string_view key) const {
    const Value* value = find(key);
    return value ? value->get<T>() : nullptr;
  }

  [[nodiscard]] const Content& content() const { return content_; }

  friend bool operator==(const Value&, const Value&) = default;

 private:
  Content content_;
};

}  // namespace fireproof
