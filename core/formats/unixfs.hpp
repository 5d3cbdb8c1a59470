#pragma once

#include <functional>
#include <optional>

#include "base/error.hpp"
#include "pail/editor.hpp"

namespace fireproof::unixfs {

/// Largest file that is put together, in bytes: as much as a CAR may have.
constexpr std::uint64_t kMaxFileSize = std::uint64_t{256} << 20;

/// Most blocks that a file may have, each counted as often as it is linked to: a few blocks could name each other's
/// content without end.
constexpr std::size_t kMaxFileBlocks = 100'000;

/// The content of a file (0.14 format page 8): one raw block, or a dag-pb tree over raw chunks. `find` gives the bytes
/// of a block. Fails with kCorruptBlock if a block is missing or malformed, or the sizes do not add up.
Result<Bytes> read(const Cid& root, const std::function<std::optional<ByteView>(const Cid&)>& find);

/// The blocks of a file of at most kMaxFileSize: one raw block up to 1 MiB, else raw chunks of 1 MiB and the dag-pb root
/// after them.
std::vector<NewBlock> write(ByteView content);

}  // namespace fireproof::unixfs
