#include "documents/pending_cars.hpp"

namespace fireproof {

Database::Rows PendingCars::add(Database& database, const Cid& name, OpenedCar car) {
  database_ = &database;
  names_.push_back(name);
  return database.add_pending_car(name, std::move(car));
}

void PendingCars::hold(Database& database, const Cid& name) {
  if (!database.hold_pending(name)) return;
  database_ = &database;
  names_.push_back(name);
}

void PendingCars::clear() {
  for (const Cid& name : std::exchange(names_, {})) database_->release_pending(name);
}

}  // namespace fireproof
