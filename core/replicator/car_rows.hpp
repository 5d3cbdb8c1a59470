#pragma once

#include <variant>
#include <vector>

#include "documents/pending_cars.hpp"
#include "replicator/messages.hpp"

namespace fireproof {

/// Where CARs go that are about to be stored: into memory with `pending` as their owner, and their rows into `rows`.
struct NewCars {
  Database& database;
  PendingCars& pending;
  std::vector<StoredRow>& rows;
};

/// Takes over a data CAR that was opened, with all its rows.
void append_car(const NewCars& to, const Cid& car, OpenedCar opened,
                std::variant<Bytes, TransferId> content);

/// Largest CAR of a commit, in bytes, that is stored without rows. There are few of them, they are read whole when a database
/// is opened, and each row less is a request less to storage.
constexpr std::size_t kRowlessCar = std::size_t{32} << 10;

/// Takes over the CAR of a commit that was just made, with what is to be stored of it.
void append_commit(const NewCars& to, SealedCar car);

/// Adds all rows that have to go with a data CAR.
void append_deletes(std::vector<DeletedRow>& to, const Database& database, const Cid& car);

}  // namespace fireproof
