#pragma once

#include <string_view>
#include <unordered_set>

#include "base/error.hpp"
#include "ipld/value.hpp"

namespace fireproof {

/// Reads DAG-CBOR item by item without building values: the tolerant profile of the format pages (0.14
/// section 1.2, 0.24 section 0.2). Accepted besides the canonical form: map keys in any order, 16- and
/// 32-bit floats, `undefined` as null. Refused: integers and lengths not in shortest form, indefinite
/// lengths, tags other than 42, NaN and infinities, text that is not UTF-8, CIDs that are none.
///
/// The first failure sticks: every later read gives an empty result and `ok()` stays false, so that a caller
/// may read a whole structure and check once.
class DagCborReader {
 public:
  enum class Kind { kInteger, kBytes, kText, kList, kMap, kLink, kBool, kNull, kFloat, kInvalid };

  /// Text, bytes and links that are read borrow from `bytes`.
  explicit DagCborReader(ByteView bytes) : rest_(bytes), size_(bytes.size()) {}

  /// What comes next; nothing is consumed.
  [[nodiscard]] Kind peek() const;

  Integer integer();
  double number();  ///< a float of any width
  bool boolean();
  void null();
  std::string_view text();
  ByteView bytes();
  Cid link();

  /// Number of items (or of key-value pairs) that follow. Never more than bytes remain, so it is safe to
  /// reserve room for them.
  std::size_t list();
  std::size_t map();

  /// Reads a list head and fails unless it has exactly `count` items.
  void list_of(std::size_t count);
  /// Reads a map head and fails unless it has exactly `count` members.
  void map_of(std::size_t count);
  /// Reads a text and fails unless it is `expected`.
  void key(std::string_view expected);

  /// Passes over one item of any kind, checking it like all others.
  void skip();

  /// Fails unless everything was read.
  void end();

  /// Makes the reader fail for a reason that its user found.
  void refuse(std::string_view reason);

  [[nodiscard]] bool ok() const { return error_.empty(); }
  [[nodiscard]] std::size_t position() const { return size_ - rest_.size(); }
  /// Why reading failed and at which byte; empty while all is well.
  [[nodiscard]] const std::string& error() const { return error_; }
  /// Success, or the failure as an error of `code` about the object called `name`.
  [[nodiscard]] Status status(ErrorCode code, std::string_view name) const;

 private:
  struct Head {
    std::uint8_t major = 0;
    std::uint8_t info = 0;
    std::uint64_t argument = 0;
  };

  Head head();
  ByteView take(std::uint64_t count);
  std::size_t container(std::uint8_t major);
  void skip_nested(int depth);

  ByteView rest_;
  std::size_t size_;
  std::string error_;
};

/// Keeps the keys of one map while it is read and finds duplicates. Costs nothing but a comparison per key
/// as long as keys come in canonical order.
class UniqueKeys {
 public:
  /// False if `key` was there before. `key` must stay valid while this object is used.
  bool insert(std::string_view key);

 private:
  std::vector<std::string_view> keys_;  // while they come in canonical order
  std::unordered_set<std::string_view> seen_;
  bool canonical_ = true;
};

/// Order of map keys in DAG-CBOR: by length in bytes, then bytewise.
struct DagCborKeyOrder {
  bool operator()(std::string_view a, std::string_view b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};

}  // namespace fireproof
