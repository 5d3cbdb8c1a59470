#pragma once

#include <functional>
#include <optional>

#include "base/error.hpp"
#include "multiformats/cid.hpp"

namespace fireproof::unixfs {

/// Largest file that is put together, in bytes.
constexpr std::uint64_t kMaxFileSize = std::uint64_t{1} << 30;

/// The content of a file (0.14 format page 8): one raw block, or a dag-pb tree over raw chunks. `find` gives the bytes
/// of a block. Fails with kCorruptBlock if a block is missing or malformed, or the sizes do not add up.
Result<Bytes> read(const Cid& root, const std::function<std::optional<ByteView>(const Cid&)>& find);

}  // namespace fireproof::unixfs
