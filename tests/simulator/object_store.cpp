#include "simulator/object_store.hpp"

namespace fireproof::simulator {
namespace {

// How often a store that lies about conditions does not keep them.
constexpr std::size_t kLieOneIn = 4;

// A hash of the content, as S3's: the same bytes have the same ETag again.
std::string etag_of(ByteView bytes) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001B3U;
  return '"' + std::to_string(hash) + '"';
}

}  // namespace

fireproof::Condition ObjectStore::reaction() {
  switch (kind_) {
    case StoreKind::kHonours:
      return fireproof::Condition::kHonoured;
    case StoreKind::kLies:
      return world_.random.one_in(kLieOneIn) ? fireproof::Condition::kIgnored
                                             : fireproof::Condition::kHonoured;
    case StoreKind::kRefuses:
      return fireproof::Condition::kUnsupported;
    default:
      return fireproof::Condition::kIgnored;
  }
}

input::Stored ObjectStore::put_car(CarKind kind, const Cid& name, const Bytes& bytes,
                                   bool if_absent, bool look_first) {
  const std::string path = objects_.car_path(kind, name);
  const bool exists = cars_.contains(path);
  if (look_first && exists) return input::Stored::kConditionFailed;
  if (if_absent && kind_ == StoreKind::kRefuses) return input::Stored::kUnsupported;
  if (if_absent && exists && reaction() == fireproof::Condition::kHonoured)
    return input::Stored::kConditionFailed;
  objects_.set(path, bytes);
  cars_.insert(path);
  on_car(kind, name, bytes);
  return input::Stored::kStored;
}

input::Stored ObjectStore::put_meta(const Bytes& bytes, Condition condition,
                                    const std::string& etag, bool lawful) {
  const MetaVersion before = meta();
  if (condition != Condition::kNone && kind_ == StoreKind::kRefuses)
    return input::Stored::kUnsupported;
  const bool holds = condition == Condition::kNone ||
                     (condition == Condition::kAbsent && !before.bytes) ||
                     (condition == Condition::kMatch && before.bytes && before.etag == etag);
  if (!holds && reaction() == fireproof::Condition::kHonoured)
    return input::Stored::kConditionFailed;
  metas_.push_back({world_.now(), bytes, etag_of(bytes)});
  objects_.set(objects_.meta_path(), bytes);
  on_meta(before, lawful);
  return input::Stored::kStored;
}

}  // namespace fireproof::simulator
