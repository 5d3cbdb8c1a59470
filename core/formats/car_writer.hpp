#pragma once

#include <span>
#include <unordered_set>

#include "formats/opened_car.hpp"

namespace fireproof {

/// Writes a CAR block by block and keeps account of where each lies.
class CarWriter {
 public:
  explicit CarWriter(std::span<const Cid> roots);

  /// Appends a block, unless it is there already. False: it was there.
  bool add(const Cid& cid, ByteView data);

  struct Section {
    Cid cid;
    std::size_t offset = 0;  ///< of the block's data
    std::size_t size = 0;
  };

  [[nodiscard]] const std::vector<Section>& sections() const { return sections_; }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

  /// The CAR as it is, not sealed, but for `stored`, which stays empty.
  SealedCar finish_plain(std::uint64_t name_codec, std::span<const Cid> roots) &&;

 private:
  Bytes bytes_;
  std::vector<Section> sections_;
  std::unordered_set<Cid, CidHash> seen_;
};

}  // namespace fireproof
