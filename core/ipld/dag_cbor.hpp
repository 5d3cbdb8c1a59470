#pragma once

#include "base/error.hpp"
#include "ipld/value.hpp"

namespace fireproof {

/// Writes DAG-CBOR item by item in canonical form (shortest heads, 64-bit floats, definite lengths). The
/// caller announces how many items follow and gives map keys in DagCborKeyOrder.
class DagCborWriter {
 public:
  explicit DagCborWriter(Bytes& to) : to_(to) {}

  void integer(Integer value);
  void number(double value);  ///< finite
  void boolean(bool value);
  void null();
  void text(std::string_view value);
  void bytes(ByteView value);
  void bytes_head(std::size_t size);  ///< the caller appends the bytes themselves
  void link(const Cid& value);
  void list(std::size_t count);
  void map(std::size_t count);

  /// Any value; maps are sorted.
  void value(const Value& value);

 private:
  void head(std::uint8_t major, std::uint64_t argument);

  Bytes& to_;
};

namespace dag_cbor {

/// Decodes one item that takes all of `bytes`, in the profile of DagCborReader, at most kMaxDepth deep.
/// Fails with kCorruptBlock; the message says what is wrong at which byte.
Result<Value> decode(ByteView bytes);

/// The canonical encoding. Equal values give equal bytes.
Bytes encode(const Value& value);

/// Bytes that the head of a text, byte string, list or map of this length takes: 1, 2, 3, 5 or 9.
std::size_t head_size(std::uint64_t argument);

/// Bytes of an encoded link.
std::size_t link_size(const Cid& cid);

}  // namespace dag_cbor
}  // namespace fireproof
