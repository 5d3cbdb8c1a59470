#pragma once

#include <span>
#include <vector>

#include "base/error.hpp"
#include "multiformats/cid.hpp"

namespace fireproof {

/// A block as it lies in a CAR. `data` borrows from the CAR's bytes.
struct CarBlock {
  Cid cid;
  ByteView data;
  std::size_t offset = 0;  ///< of `data`, from the start of the CAR
};

/// A parsed CAR. Blocks borrow from the bytes it was parsed from.
struct Car {
  std::vector<Cid> roots;
  std::vector<CarBlock> blocks;
};

namespace car {

/// Most roots and blocks that a CAR may have.
constexpr std::size_t kMaxRoots = 1'000'000;
constexpr std::size_t kMaxBlocks = 10'000'000;

/// Parses a CAR v1, or the CAR v1 inside a CAR v2 (the index of the latter is not read). Structure only: whether
/// blocks match their CIDs is checked by `verify`. Everything must be accounted for: a truncated section, an
/// empty section or left-over bytes fail with kCorruptCar and the offset.
Result<Car> parse(ByteView bytes);

/// Checks every block against its CID. Fails with kCorruptBlock naming the first that does not match.
Status verify(const Car& car);

/// Bytes of the header with these roots, its length prefix included.
Bytes write_header(std::span<const Cid> roots);

/// Appends one section: length, CID, data.
void append_block(Bytes& to, const Cid& cid, ByteView data);

/// Bytes that a section takes.
std::size_t block_size(const Cid& cid, std::size_t data_size);

}  // namespace car
}  // namespace fireproof
