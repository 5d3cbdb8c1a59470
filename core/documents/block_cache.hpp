#pragma once

#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

#include "pail/block_source.hpp"

namespace fireproof {

/// Verified blocks in memory, up to a budget. Blocks that came together (a CAR, a range) share one buffer and leave
/// together, the least recently used first. Nothing leaves while an operation runs: only `trim` evicts, and never a buffer
/// that is pinned.
class BlockCache {
  struct Buffer {
    Bytes bytes;
    std::vector<Cid> cids;
    bool pinned = false;
  };
  using Buffers = std::list<Buffer>;  // most recently used first

 public:
  /// `budget` in bytes of buffers.
  explicit BlockCache(std::size_t budget) : budget_(budget) {}

  struct Part {
    Cid cid;
    ByteView data;  ///< inside the buffer
  };

  void add(Bytes buffer, std::vector<Part> parts) { (void)insert(std::move(buffer), parts, false); }

  /// A buffer that stays until it is unpinned, and until then gives the blocks in it, also those that others have too.
  using Pin = Buffers::iterator;
  [[nodiscard]] Pin add_pinned(Bytes buffer, std::vector<Part> parts) {
    return insert(std::move(buffer), parts, true);
  }
  static void unpin(Pin pin) { pin->pinned = false; }

  /// Valid until the next `trim`.
  std::optional<ByteView> find(const Cid& cid);

  /// Evicts until the budget is kept.
  void trim();

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  Pin insert(Bytes bytes, std::vector<Part>& parts, bool pinned);

  struct Entry {
    Buffers::iterator buffer;
    ByteView data;
  };

  std::size_t budget_;
  std::size_t bytes_ = 0;
  Buffers buffers_;
  std::unordered_map<Cid, Entry, CidHash> entries_;
};

}  // namespace fireproof
