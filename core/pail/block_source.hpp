#pragma once

#include <optional>

#include "base/error.hpp"
#include "multiformats/cid.hpp"

namespace fireproof {

/// Where an operation finds blocks. A block that is not resident is remembered as missing; the operation
/// then fails with kSuspended and runs again from its start once the missing blocks are loaded.
class BlockSource {
 public:
  BlockSource() = default;
  BlockSource(const BlockSource&) = delete;
  BlockSource& operator=(const BlockSource&) = delete;
  virtual ~BlockSource() = default;

  /// The verified bytes of a block, valid until the operation ends; nothing if it is not resident.
  virtual std::optional<ByteView> find(const Cid& cid) = 0;
};

inline tl::unexpected<Error> suspended() { return fail(ErrorCode::kSuspended, {}); }

}  // namespace fireproof
