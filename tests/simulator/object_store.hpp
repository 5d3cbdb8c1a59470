// A store of objects as remotes keep them: CARs, and one meta that changes.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "simulator/plan.hpp"
#include "simulator/world.hpp"
#include "support/host.hpp"

namespace fireproof::simulator {

// One version of a store's meta, and since when it holds.
struct MetaVersion {
  Time since = 0;
  std::optional<Bytes> bytes;  // none: before the first
  std::string etag;
};

class ObjectStore {
 public:
  ObjectStore(World& world, int number, StoreKind kind, const std::string& format)
      : world_(world), number_(number), kind_(kind), objects_("sim", format) {}

  using Condition = command::PutMeta::Condition;

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] StoreKind kind() const { return kind_; }
  // Whether a connector to this store asks conditionally.
  [[nodiscard]] bool is_asked_conditionally() const { return kind_ != StoreKind::kPlain; }

  [[nodiscard]] std::optional<Bytes> car(CarKind kind, const Cid& name) const {
    return objects_.get(objects_.car_path(kind, name));
  }
  [[nodiscard]] bool has_car(CarKind kind, const Cid& name) const {
    return cars_.contains(objects_.car_path(kind, name));
  }
  [[nodiscard]] const MetaVersion& meta() const { return metas_.back(); }
  // All versions of the meta, oldest first.
  [[nodiscard]] const std::vector<MetaVersion>& metas() const { return metas_; }

  // `look_first`: asks whether there is one, before.
  input::Stored put_car(CarKind kind, const Cid& name, const Bytes& bytes, bool if_absent,
                        bool look_first);

  // What it makes of requests whose condition does not hold.
  [[nodiscard]] fireproof::Condition reaction();

  // `lawful`: not as the JavaScript package overwrites. The ETag of what was stored is that of `meta()`.
  input::Stored put_meta(const Bytes& bytes, Condition condition, const std::string& etag,
                         bool lawful);

  // What it holds now, for a reader that is asked at once.
  [[nodiscard]] test::Remote snapshot() const { return objects_; }

  // Told of everything that is stored, afterwards.
  std::function<void(CarKind kind, const Cid& name, const Bytes& bytes)> on_car;
  std::function<void(const MetaVersion& before, bool lawful)> on_meta;

 private:
  World& world_;
  int number_;
  StoreKind kind_;
  test::Remote objects_;
  std::unordered_set<std::string> cars_;  // by their paths
  std::vector<MetaVersion> metas_{{}};
};

}  // namespace fireproof::simulator
