#pragma once

#include <variant>
#include <vector>

#include "documents/database.hpp"
#include "replicator/messages.hpp"

namespace fireproof {

/// Takes over a data CAR that was opened, and adds the rows that are stored of it.
void append_car(std::vector<StoredRow>& to, Database& database, const Cid& car, OpenedCar opened,
                std::variant<Bytes, TransferId> content);

/// Largest CAR of a commit, in bytes, that is stored without rows. There are few of them, they are read whole when a database
/// is opened, and each row less is a request less to storage.
constexpr std::size_t kRowlessCar = std::size_t{32} << 10;

/// Takes over the CAR of a commit that was just made, and adds what is to be stored of it.
void append_commit(std::vector<StoredRow>& to, Database& database, SealedCar car);

/// Adds all rows that have to go with a data CAR.
void append_deletes(std::vector<DeletedRow>& to, const Database& database, const Cid& car);

}  // namespace fireproof
