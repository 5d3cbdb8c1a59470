#include "replicator/block_loader.hpp"

#include <algorithm>

namespace fireproof {

command::ReadRanges BlockLoader::plan(const Database& database, const std::vector<Cid>& blocks,
                                      RequestId request) {
  struct Wanted {
    BlockIndex::Location at;
    const Cid* cid;
  };
  const BlockIndex& index = database.index();
  std::vector<Wanted> wanted;
  for (const Cid& cid : blocks) {
    if (!loading_.insert(cid).second) continue;
    // A copy that is only about to be stored cannot be read.
    const std::vector<BlockIndex::Location> places = index.find(cid);
    const auto stored = std::find_if(places.begin(), places.end(),
                                     [&](const auto& at) { return index.car(at.car).stored; });
    wanted.push_back({stored == places.end() ? places.front() : *stored, &cid});
  }
  std::sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) {
    return a.at.car != b.at.car ? a.at.car < b.at.car : a.at.offset < b.at.offset;
  });
  std::vector<Part> parts;
  std::uint32_t last_car = 0;
  for (const auto& [at, cid] : wanted) {
    const BlockIndex::StoredCar& car = index.car(at.car);
    const bool whole = car.size <= kWholeCar;
    if (!parts.empty() && last_car == at.car) {
      Part& part = parts.back();
      const std::uint32_t end = part.range.offset + part.range.size;
      if (whole || at.offset <= end + kMaxGap) {
        if (!whole) part.range.size = std::max(end, at.offset + at.size) - part.range.offset;
        part.blocks.push_back(*cid);
        continue;
      }
    }
    last_car = at.car;
    parts.push_back({{"car", car.name, whole ? 0 : at.offset, whole ? 0 : at.size}, {*cid}});
  }
  command::ReadRanges command{request, {}};
  for (const Part& part : parts) command.ranges.push_back(part.range);
  ranges_read_ += parts.size();
  if (!parts.empty()) reads_.emplace(request, std::move(parts));
  return command;
}

bool BlockLoader::receive(Database& database, input::RangesRead&& read) {
  const auto at = reads_.find(read.request);
  if (at == reads_.end()) return false;
  const std::vector<Part> parts = std::move(at->second);
  reads_.erase(at);
  read.ranges.resize(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& [range, blocks] = parts[i];
    for (const Cid& cid : blocks) loading_.erase(cid);
    std::optional<Bytes>& bytes = read.ranges[i];
    if (!bytes) {
      database.add_lost(range.key);
    } else if (range.size != 0) {
      database.add_range(range.key, range.offset, std::move(*bytes), blocks);
    } else if (auto car = database.format().open(range.key, std::move(*bytes), database.keys(),
                                                 CarKind::kData)) {
      database.add_reopened_car(range.key, std::move(*car), blocks);
    } else {
      database.add_lost(range.key);
    }
  }
  return true;
}

}  // namespace fireproof
