#include "documents/pending_cars.hpp"

#include "support/catch.hpp"
#include "support/writing.hpp"

namespace fireproof::test {
namespace {

// A sealed CAR of one put, and the event that its header names.
struct MadeCar {
  Cid name;
  OpenedCar opened;
  Cid event;
};

MadeCar make_car(Written& writer) {
  writer.put("document", 1);
  writer.seal();
  const Cid name = writer.record().sealed.front().front();
  OpenedCar opened = writer.open(name);
  const Cid event = opened.header->head.front();
  return {name, std::move(opened), event};
}

Database make_database(std::size_t budget = 1 << 20) { return {*find_format("0.24"), budget}; }

}  // namespace

TEST_CASE("a pending CAR is found until its last owner lets go of it", "[pending]") {
  Written writer(Kind{"0.24", true});
  MadeCar car = make_car(writer);
  Database database = make_database();
  database.set_events_loaded();
  PendingCars first;
  PendingCars second;
  (void)first.add(database, car.name, car.opened);
  (void)second.add(database, car.name, std::move(car.opened));
  CHECK_FALSE(database.is_nameable(car.name));
  first.clear();
  CHECK(database.index().has_car(car.name));
  CHECK(database.events()->find(car.event));
  second.clear();
  CHECK_FALSE(database.index().has_car(car.name));
  CHECK_FALSE(database.holds(car.event));
  CHECK_FALSE(database.events()->find(car.event));
}

TEST_CASE("an owner that goes away lets go of its CARs", "[pending]") {
  Written writer(Kind{"0.24", true});
  MadeCar car = make_car(writer);
  Database database = make_database();
  {
    PendingCars round;
    (void)round.add(database, car.name, std::move(car.opened));
    PendingCars moved = std::move(round);
    CHECK(database.index().has_car(car.name));
  }
  CHECK_FALSE(database.index().has_car(car.name));
}

TEST_CASE("a CAR that was stored stays when its owners let go of it", "[pending]") {
  Written writer(Kind{"0.24", true});
  MadeCar car = make_car(writer);
  Database database = make_database();
  database.set_events_loaded();
  PendingCars round;
  PendingCars commit;
  (void)round.add(database, car.name, std::move(car.opened));
  commit.hold(database, car.name);
  database.mark_stored({car.name});
  round.clear();
  commit.clear();
  CHECK(database.is_nameable(car.name));
  CHECK(database.events()->find(car.event));
}

TEST_CASE("an event that another CAR has too is kept when a pending one is dropped", "[pending]") {
  Written writer(Kind{"0.24", true});
  writer.put("before", 1);
  writer.seal();
  MadeCar car = make_car(writer);
  writer.compact();
  const Cid compacted = writer.record().sealed.front().front();
  OpenedCar same_event = writer.open(compacted);
  REQUIRE(compacted != car.name);
  Database database = make_database();
  database.set_events_loaded();
  (void)database.add_opened_car(compacted, std::move(same_event));
  database.mark_stored({compacted});
  PendingCars round;
  (void)round.add(database, car.name, std::move(car.opened));
  round.clear();
  CHECK(database.events()->find(car.event));
}

TEST_CASE("the blocks of a pending CAR stay in memory, whatever the budget", "[pending]") {
  Written writer(Kind{"0.24", true});
  MadeCar car = make_car(writer);
  Database database = make_database(1);
  PendingCars round;
  (void)round.add(database, car.name, std::move(car.opened));
  database.trim();
  CHECK(database.resident(car.event));
  database.mark_stored({car.name});
  database.trim();
  CHECK_FALSE(database.resident(car.event));
}

TEST_CASE("a lost CAR that was fetched again and could not be stored is lost again", "[pending]") {
  Written writer(Kind{"0.24", true});
  MadeCar car = make_car(writer);
  Database database = make_database();
  (void)database.add_opened_car(car.name, car.opened);
  database.mark_stored({car.name});
  database.add_lost(car.name);
  PendingCars round;
  (void)round.add(database, car.name, std::move(car.opened));
  CHECK(database.lost().empty());
  round.clear();
  CHECK(database.lost().contains(car.name));
  CHECK(database.is_nameable(car.name));
}

}  // namespace fireproof::test
