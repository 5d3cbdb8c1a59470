#include "replicator/car_rows.hpp"

namespace fireproof {

void append_car(const NewCars& to, const Cid& car, OpenedCar opened,
                std::variant<Bytes, TransferId> content) {
  Database::Rows made = to.pending.add(to.database, car, std::move(opened));
  to.database.set_rowless(car, false);
  to.rows.push_back({"car", car, std::move(content)});
  to.rows.push_back({"blocks", car, std::move(made.blocks)});
  if (!made.events.empty()) to.rows.push_back({"events", car, std::move(made.events)});
}

void append_commit(const NewCars& to, SealedCar car) {
  if (car.stored.size() > kRowlessCar)
    return append_car(to, car.name, std::move(car.opened), std::move(car.stored));
  (void)to.pending.add(to.database, car.name, std::move(car.opened));
  to.database.set_rowless(car.name, true);
  to.rows.push_back({"car", car.name, std::move(car.stored)});
}

void append_deletes(std::vector<DeletedRow>& to, const Database& database, const Cid& car) {
  to.push_back({"car", car});
  if (database.is_rowless(car)) return;
  for (const char* table : {"blocks", "events"}) to.push_back({table, car});
}

}  // namespace fireproof
