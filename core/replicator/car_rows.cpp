#include "replicator/car_rows.hpp"

namespace fireproof {

void append_car(std::vector<StoredRow>& to, Database& database, const Cid& car, OpenedCar opened,
                std::variant<Bytes, TransferId> content) {
  Database::Rows rows = database.add_opened_car(car, std::move(opened));
  database.set_rowless(car, false);
  to.push_back({"car", car, std::move(content)});
  to.push_back({"blocks", car, std::move(rows.blocks)});
  if (!rows.events.empty()) to.push_back({"events", car, std::move(rows.events)});
}

void append_commit(std::vector<StoredRow>& to, Database& database, SealedCar car) {
  if (car.stored.size() > kRowlessCar)
    return append_car(to, database, car.name, std::move(car.opened), std::move(car.stored));
  (void)database.add_opened_car(car.name, std::move(car.opened));
  database.set_rowless(car.name, true);
  to.push_back({"car", car.name, std::move(car.stored)});
}

void append_deletes(std::vector<DeletedRow>& to, const Database& database, const Cid& car) {
  to.push_back({"car", car});
  if (database.is_rowless(car)) return;
  for (const char* table : {"blocks", "events"}) to.push_back({table, car});
}

}  // namespace fireproof
