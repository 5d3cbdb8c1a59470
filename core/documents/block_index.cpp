#include "documents/block_index.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace fireproof {
namespace {

// A row: version (1 byte), sealing (1), two zero bytes, payload start (4), size of the CAR (4); then for each block the
// first 8 bytes of its digest, offset (4) and size (4). All numbers little endian.
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHeadSize = 12;
constexpr std::size_t kEntrySize = 16;

/// Entries that are looked up beside the sorted ones, however few these are.
constexpr std::size_t kMostRecent = 1024;

/// The first 8 bytes of a digest, with zeros behind a shorter one.
std::uint64_t digest_start(const Cid& cid) {
  std::array<std::uint8_t, 8> start{};
  const ByteView digest = cid.digest();
  std::copy_n(digest.begin(), std::min(digest.size(), start.size()), start.begin());
  return load_le64(start);
}

}  // namespace

Bytes BlockIndex::make_row(const OpenedCar& car) {
  Bytes row{kVersion, static_cast<std::uint8_t>(car.layout.sealing), 0, 0};
  row.reserve(kHeadSize + car.blocks.size() * kEntrySize);
  append_le32(row, car.layout.payload_start);
  append_le32(row, static_cast<std::uint32_t>(car.bytes.size()));
  for (const OpenedBlock& block : car.blocks) {
    append_le64(row, digest_start(block.cid));
    append_le32(row, block.stored_offset);
    append_le32(row, block.stored_size);
  }
  return row;
}

Status BlockIndex::add(const Cid& car, ByteView row, bool stored) {
  if (const auto known = number(car)) {
    cars_[*known].stored = cars_[*known].stored || stored;
    return {};
  }
  if (row.size() < kHeadSize || (row.size() - kHeadSize) % kEntrySize != 0 || row[0] != kVersion ||
      row[1] > 2) {
    return fail(ErrorCode::kCorruptBlock, "block index row of CAR " + car.text() + " is damaged");
  }
  const auto number = static_cast<std::uint32_t>(cars_.size());
  cars_.push_back({car,
                   {static_cast<Sealing>(row[1]), load_le32(row.subspan(4))},
                   load_le32(row.subspan(8)),
                   stored,
                   false});
  numbers_.emplace(car, number);
  const std::size_t count = (row.size() - kHeadSize) / kEntrySize;
  const bool many = recent_.size() + count > std::max(kMostRecent, entries_.size() / 8);
  if (many) {
    merge();
    entries_.reserve(entries_.size() + count);
  }
  const std::size_t sorted = entries_.size();
  for (ByteView rest = row.subspan(kHeadSize); !rest.empty(); rest = rest.subspan(kEntrySize)) {
    const std::uint64_t start = load_le64(rest);
    const Location at{number, load_le32(rest.subspan(8)), load_le32(rest.subspan(12))};
    if (many) {
      entries_.push_back({start, at});
    } else {
      recent_.emplace(start, at);
    }
  }
  sort_from(sorted);
  return {};
}

void BlockIndex::mark_stored(const std::vector<Cid>& cars) {
  for (const Cid& car : cars) {
    if (const auto known = number(car)) cars_[*known].stored = true;
  }
}

void BlockIndex::remove(const std::vector<Cid>& cars) {
  std::unordered_set<std::uint32_t> gone;
  for (const Cid& car : cars) {
    const auto at = numbers_.find(car);
    if (at == numbers_.end()) continue;
    gone.insert(at->second);
    numbers_.erase(at);
  }
  if (gone.empty()) return;
  std::erase_if(entries_, [&](const Entry& entry) { return gone.contains(entry.at.car); });
  std::erase_if(recent_, [&](const auto& entry) { return gone.contains(entry.second.car); });
}

void BlockIndex::remove_unstored(std::vector<Cid> cars) {
  std::erase_if(cars, [&](const Cid& car) { return has_car(car) && cars_[*number(car)].stored; });
  remove(cars);
}

void BlockIndex::remove_block(const Cid& car, const Cid& block) {
  const auto at = numbers_.find(car);
  if (at == numbers_.end()) return;
  const std::uint64_t start = digest_start(block);
  std::erase_if(entries_, [&](const Entry& entry) {
    return entry.digest_start == start && entry.at.car == at->second;
  });
  std::erase_if(recent_, [&](const auto& entry) {
    return entry.first == start && entry.second.car == at->second;
  });
}

void BlockIndex::merge() {
  const std::size_t sorted = entries_.size();
  entries_.reserve(sorted + recent_.size());
  for (const auto& [start, at] : recent_) entries_.push_back({start, at});
  recent_.clear();
  sort_from(sorted);
}

/// Sorts the entries from this place on into those before it.
void BlockIndex::sort_from(std::size_t place) {
  if (place == entries_.size()) return;
  const auto order = [](const Entry& a, const Entry& b) { return a.digest_start < b.digest_start; };
  const auto middle = entries_.begin() + static_cast<std::ptrdiff_t>(place);
  std::sort(middle, entries_.end(), order);
  std::inplace_merge(entries_.begin(), middle, entries_.end(), order);
}

std::vector<BlockIndex::Location> BlockIndex::find(const Cid& cid) const {
  const std::uint64_t wanted = digest_start(cid);
  auto at = std::lower_bound(
      entries_.begin(), entries_.end(), wanted,
      [](const Entry& entry, std::uint64_t start) { return entry.digest_start < start; });
  std::vector<Location> found;
  for (; at != entries_.end() && at->digest_start == wanted; ++at) found.push_back(at->at);
  const auto [first, last] = recent_.equal_range(wanted);
  for (auto entry = first; entry != last; ++entry) found.push_back(entry->second);
  std::sort(found.begin(), found.end(),
            [](const Location& a, const Location& b) { return a.car > b.car; });
  return found;
}

}  // namespace fireproof
