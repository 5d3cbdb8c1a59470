#pragma once

#include <map>
#include <vector>

#include "documents/database.hpp"
#include "replicator/messages.hpp"

namespace fireproof {

/// Turns missing blocks into reads of local storage. Small CARs are read whole, since their other blocks are usually
/// wanted next; of large ones only the ranges around the blocks, joined where they lie close together.
class BlockLoader {
 public:
  /// A CAR up to this size is read whole, in bytes.
  static constexpr std::uint32_t kWholeCar = 512 * 1024;
  /// Ranges with at most this many bytes between them are read as one.
  static constexpr std::uint32_t kMaxGap = 16 * 1024;

  /// A read for blocks that are stored but not resident; no ranges if all of them are being read already.
  command::ReadRanges plan(const Database& database, const std::vector<Cid>& blocks,
                           RequestId request);

  /// Takes over what was read. False if the request is not one of this loader.
  bool receive(Database& database, input::RangesRead&& read);

  [[nodiscard]] bool idle() const { return reads_.empty(); }
  [[nodiscard]] bool is_loading(const Cid& block) const { return loading_.contains(block); }

  /// CARs, or ranges of CARs, that were asked for so far: what tests hold against the size of the database.
  [[nodiscard]] std::uint64_t ranges_read() const { return ranges_read_; }

 private:
  struct Part {
    StoredRange range;
    std::vector<Cid> blocks;
  };

  std::map<RequestId, std::vector<Part>> reads_;
  std::unordered_set<Cid, CidHash> loading_;
  std::uint64_t ranges_read_ = 0;
};

}  // namespace fireproof
