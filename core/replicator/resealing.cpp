#include "replicator/resealing.hpp"

namespace fireproof {
namespace {

/// Rows are stored when this many bytes have gathered.
constexpr std::size_t kStoreResealedEvery = std::size_t{8} << 20;

const char* table_of(CarKind kind) { return kind == CarKind::kData ? "car" : "file"; }

}  // namespace

std::shared_ptr<Resealing> Resealing::start(Engine& engine, std::deque<StoredCar> cars, Done done) {
  std::shared_ptr<Resealing> resealing(new Resealing(engine, std::move(cars), std::move(done)));
  resealing->next();
  return resealing;
}

void Resealing::next() {
  if (bytes_ >= kStoreResealedEvery || (cars_.empty() && !rows_.empty())) return store();
  if (cars_.empty()) return done_({});
  const StoredCar car = std::move(cars_.front());
  cars_.pop_front();
  engine_.read({{table_of(car.kind), car.name, 0, 0}},
               [weak = weak_from_this(), car](std::vector<std::optional<Bytes>> rows) {
                 const auto self = weak.lock();
                 if (!self) return;
                 if (!rows.empty() && rows[0]) {
                   if (Status sealed = self->seal(car, std::move(*rows[0])); !sealed)
                     return self->done_(std::move(sealed));
                 }
                 self->next();
               });
}

Status Resealing::seal(const StoredCar& car, Bytes stored) {
  const Format& format = engine_.database().format();
  const KeyRing& keys = engine_.database().keys();
  KeyRing present;
  present.add(keys.default_key()->secret);
  if (format.open(car.name, stored, present, car.kind)) return {};
  FIREPROOF_TRY(const OpenedCar opened, format.open(car.name, std::move(stored), keys, car.kind));
  std::vector<BlockView> blocks;
  for (const OpenedBlock& block : opened.blocks) blocks.push_back({block.cid, block.data});
  SealedCar sealed = format.seal_files(opened.roots, blocks, keys.default_key(), engine_.entropy());
  // One that nobody here wrote may be laid out in another way: it stays as it came.
  if (sealed.name != car.name) return {};
  bytes_ += sealed.stored.size();
  rows_.push_back({table_of(car.kind), car.name, std::move(sealed.stored)});
  return {};
}

void Resealing::store() {
  bytes_ = 0;
  engine_.commit({{}, std::exchange(rows_, {}), {}, {}},
                 [weak = weak_from_this()](Result<bool> stored) {
                   const auto self = weak.lock();
                   if (!self) return;
                   if (!stored) return self->done_(fail(std::move(stored).error()));
                   self->next();
                 });
}

}  // namespace fireproof
