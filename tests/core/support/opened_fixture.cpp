#include "support/opened_fixture.hpp"

#include <algorithm>
#include <stdexcept>

#include "ipld/dag_cbor.hpp"
#include "support/files.hpp"

namespace fireproof::test {

std::vector<FixtureCar> cars_of(const Fixture& fixture) {
  std::vector<FixtureCar> cars;
  for (const std::string& path : fixture.car_paths()) {
    const bool is_file = path.find("/file/fp.") != std::string::npos;
    cars.push_back({*Cid::parse(stem(path)), is_file ? CarKind::kFile : CarKind::kData, path});
  }
  return cars;
}

const Format& format_of(const Fixture& fixture) { return *find_format(fixture.format); }

KeyRing keys_of(const Fixture& fixture) {
  KeyRing keys;
  if (!fixture.is_public()) {
    keys.set_default(*SecretKey::parse(fixture.key, format_of(fixture).key_size()));
  }
  return keys;
}

OpenedFixture::OpenedFixture(const Fixture& fixture)
    : format(format_of(fixture)), keys(keys_of(fixture)) {
  for (FixtureCar& car : cars_of(fixture)) {
    auto opened = format.open(car.name, read_file(car.path), keys, car.kind);
    if (!opened) throw std::runtime_error(opened.error().message);
    if (car.kind == CarKind::kData) {
      for (const OpenedBlock& block : opened->blocks) {
        blocks.add(block.cid, copy_of(block.data));
        if (auto event = decode_event(block.data)) events.add(block.cid, std::move(*event));
      }
    }
    cars.emplace_back(std::move(car), std::move(*opened));
  }
}

std::vector<EventGraph::Id> oldest_first(EventGraph& graph) {
  std::vector<EventGraph::Id> ids;
  for (EventGraph::Id id = 0; id < graph.size(); ++id) {
    if (graph.node(id).known) ids.push_back(id);
  }
  for (const EventGraph::Id id : ids) graph.generation(id);
  std::stable_sort(ids.begin(), ids.end(), [&](EventGraph::Id a, EventGraph::Id b) {
    return graph.generation(a) < graph.generation(b);
  });
  return ids;
}

}  // namespace fireproof::test
