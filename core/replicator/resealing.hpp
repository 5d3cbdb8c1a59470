#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "replicator/engine.hpp"

namespace fireproof {

/// Seals stored 0.24 CARs with the key that seals now, those that it does not open: before they go to a remote, when the key
/// was changed after they were written. Their names are those of the plaintext and stay; only the rows change. Going on
/// after a crash is the same as beginning.
class Resealing : public std::enable_shared_from_this<Resealing> {
 public:
  using Done = std::function<void(Status)>;

  struct StoredCar {
    CarKind kind = CarKind::kData;
    Cid name;
  };

  static std::shared_ptr<Resealing> start(Engine& engine, std::deque<StoredCar> cars, Done done);
  Resealing(const Resealing&) = delete;
  Resealing& operator=(const Resealing&) = delete;
  ~Resealing() = default;

 private:
  Resealing(Engine& engine, std::deque<StoredCar> cars, Done done)
      : engine_(engine), cars_(std::move(cars)), done_(std::move(done)) {}

  void next();
  Status seal(const StoredCar& car, Bytes stored);
  void store();

  Engine& engine_;
  std::deque<StoredCar> cars_;
  Done done_;
  std::vector<StoredRow> rows_;
  std::size_t bytes_ = 0;
};

}  // namespace fireproof
