#pragma once

#include "documents/database.hpp"

namespace fireproof {

/// The pending CARs of one owner: a round of a connection, a batch of writes, a seal, a commit under way. As long as any
/// owner has a CAR, its blocks and events are found, as if it were stored; when the last one lets go of it before it was
/// stored, it is forgotten whole. The database must outlive its owners.
class PendingCars {
 public:
  PendingCars() = default;
  PendingCars(PendingCars&& other) noexcept
      : database_(other.database_), names_(std::exchange(other.names_, {})) {}
  PendingCars& operator=(PendingCars&& other) noexcept {
    std::swap(database_, other.database_);
    std::swap(names_, other.names_);
    return *this;
  }
  PendingCars(const PendingCars&) = delete;
  PendingCars& operator=(const PendingCars&) = delete;
  ~PendingCars() { clear(); }

  /// Takes over a CAR that was just opened or made, and gives its rows for storage.
  Database::Rows add(Database& database, const Cid& name, OpenedCar car);

  /// Owns a CAR as well that somebody else has made pending; does nothing if nobody has.
  void hold(Database& database, const Cid& name);

  /// Lets go of all.
  void clear();

 private:
  Database* database_ = nullptr;
  std::vector<Cid> names_;
};

}  // namespace fireproof
