// CARs made of a few small blocks.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "car/car.hpp"
#include "crypto/sha256.hpp"

namespace fireproof::test {

struct Block {
  Cid cid;
  Bytes data;
};

inline Block block_of(std::string_view text) {
  return {cid_of(codec::kRaw, as_bytes(text)), copy_of(as_bytes(text))};
}

inline Bytes car_of(std::span<const Cid> roots, std::span<const Block> blocks) {
  Bytes bytes = car::write_header(roots);
  for (const Block& block : blocks) car::append_block(bytes, block.cid, block.data);
  return bytes;
}

// A CAR with three blocks, one of them empty, and the first as its root.
inline const std::vector<Block>& small_blocks() {
  static const std::vector<Block> blocks{block_of("one"), block_of(""), block_of("three")};
  return blocks;
}
inline Bytes small_car() { return car_of(std::vector{small_blocks()[0].cid}, small_blocks()); }

// CAR version 2 around a version 1 that begins `padding` bytes behind the header; `index` follows it.
inline Bytes version2_of(ByteView version1, std::size_t padding, std::string_view index = {}) {
  constexpr std::size_t kHeadersSize = 51;
  constexpr std::string_view kPragma("\x0a\xa1gversion\x02", 11);
  Bytes bytes = copy_of(as_bytes(kPragma));
  bytes.resize(bytes.size() + 16);  // characteristics
  append_le64(bytes, kHeadersSize + padding);
  append_le64(bytes, version1.size());
  append_le64(bytes, 0);  // no index that a reader should look for
  bytes.resize(bytes.size() + padding, 0xEE);
  append(bytes, version1);
  append(bytes, as_bytes(index));
  return bytes;
}

}  // namespace fireproof::test
