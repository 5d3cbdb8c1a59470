#pragma once

#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "formats/opened_car.hpp"

namespace fireproof {

/// Which stored CAR holds which block, and where. It makes opening a database independent of its size: a block is read by
/// its range, no CAR has to be parsed again. A row of the table "blocks" holds the part of one CAR: small (16 bytes a
/// block), written with the CAR in one transaction, never changed.
class BlockIndex {
 public:
  struct Location {
    std::uint32_t car = 0;     ///< number of the CAR, for `car()`
    std::uint32_t offset = 0;  ///< in its stored bytes
    std::uint32_t size = 0;
  };

  struct StoredCar {
    Cid name;
    CarLayout layout;
    std::uint32_t size = 0;  ///< of its stored bytes
    bool stored = false;     ///< its row came from storage, or is known to have got there
    bool rowless = false;    ///< no row of it is stored
  };

  /// The row for a CAR that was opened.
  static Bytes make_row(const OpenedCar& car);

  /// Adds the row of a CAR; if the CAR is there, only `stored` is taken over. Fails with kCorruptBlock if the row is none.
  Status add(const Cid& car, ByteView row, bool stored);

  /// Takes CARs out again. Their numbers stay unused.
  void remove(const std::vector<Cid>& cars);

  /// The same, for those that are not known to be stored.
  void remove_unstored(std::vector<Cid> cars);

  /// Takes one block of a CAR out: its bytes there are damaged.
  void remove_block(const Cid& car, const Cid& block);

  /// These were stored.
  void mark_stored(const std::vector<Cid>& cars);

  void set_rowless(const Cid& car, bool rowless) { cars_[*number(car)].rowless = rowless; }
  [[nodiscard]] bool is_rowless(const Cid& car) const {
    const auto at = numbers_.find(car);
    return at != numbers_.end() && cars_[at->second].rowless;
  }

  [[nodiscard]] bool has_car(const Cid& car) const { return numbers_.contains(car); }
  [[nodiscard]] bool is_stored(const Cid& car) const {
    const auto at = numbers_.find(car);
    return at != numbers_.end() && cars_[at->second].stored;
  }
  [[nodiscard]] std::optional<std::uint32_t> number(const Cid& car) const {
    const auto at = numbers_.find(car);
    return at == numbers_.end() ? std::nullopt : std::optional<std::uint32_t>(at->second);
  }
  [[nodiscard]] const StoredCar& car(std::uint32_t number) const { return cars_[number]; }
  [[nodiscard]] std::size_t car_count() const { return cars_.size(); }

  /// Where a block may lie: rows keep 8 bytes of a digest, so what is found there has to be checked. Usually one place;
  /// several if several CARs hold the block. Newest CARs first.
  [[nodiscard]] std::vector<Location> find(const Cid& cid) const;

 private:
  struct Entry {
    std::uint64_t digest_start = 0;
    Location at;
  };

  /// Sorts what was added last into the rest.
  void merge();
  void sort_from(std::size_t place);

  std::vector<StoredCar> cars_;
  std::unordered_map<Cid, std::uint32_t, CidHash> numbers_;
  // Sorted by digest_start.
  std::vector<Entry> entries_;
  // What was added last, by digest_start. It is merged into the others when it is a good part of all, so that a commit
  // to a large database does not move its whole index.
  std::unordered_multimap<std::uint64_t, Location> recent_;
};

}  // namespace fireproof
