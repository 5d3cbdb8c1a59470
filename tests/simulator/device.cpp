#include "simulator/device.hpp"

#include <algorithm>
#include <cmath>

#include "simulator/fleet.hpp"

namespace fireproof::simulator {

Device::Device(Fleet& fleet, int number, const DevicePlan& plan)
    : watch(fleet.history, fleet.stores, storage, fleet.plan.first_writers),
      fleet_(fleet),
      number_(number),
      plan_(plan),
      clock_offset_(fleet.world.some_time(0, 1e9)) {
  for (const int store : plan_.stores) {
    const std::string name =
        "device " + std::to_string(number) + " to store " + std::to_string(store);
    links_.emplace(store, std::make_unique<Link>(fleet.world, name));
  }
}

Device::~Device() = default;

Time Device::clock() const { return std::floor(fleet_.world.now() + clock_offset_); }

void Device::jump_clock(Time by) {
  ++counts.clock_jumps;
  clock_offset_ += std::floor(by);
  fleet_.world.trace("device " + std::to_string(number_) + ": its clock jumps by " +
                     std::to_string(static_cast<long>(by)) + " ms");
}

Tab& Device::open_tab() {
  tabs_.push_back(std::make_unique<Tab>(*this, tabs_opened_++));
  tabs_.back()->start();
  for (const int store : plan_.stores) tabs_.back()->connect(store);
  return *tabs_.back();
}

void Device::end_tab(std::size_t tab) {
  ++counts.crashes;
  fleet_.world.trace(tabs_[tab]->name() + " ends");
  tabs_.erase(tabs_.begin() + static_cast<std::ptrdiff_t>(tab));
  watch.check_record(Guarantee::kG4);
}

void Device::crash() {
  ++counts.crashes;
  fleet_.world.trace("device " + std::to_string(number_) + " crashes");
  tabs_.clear();
  watch.check_record(Guarantee::kG4);
  watch.check_documents(fleet_.options());
}

Tab& Device::some_tab() {
  if (tabs_.empty()) return open_tab();
  return *tabs_[fleet_.world.random.below(tabs_.size())];
}

void Device::fill_disk(Time span, std::size_t room) {
  full_until_ = fleet_.world.now() + span;
  room_ = room;
  fleet_.world.trace("device " + std::to_string(number_) + ": its disk has room for " +
                     std::to_string(room) + " bytes for " + std::to_string(static_cast<int>(span)) +
                     " ms");
}

void Device::begin_faults() {
  for (const auto& [store, link] : links_) link->begin_faults(fleet_.plan.faults);
}

void Device::heal() {
  full_until_ = 0;
  for (const auto& [store, link] : links_) link->heal();
}

Result<bool> Device::commit(const Tab& by, const command::Commit& commit,
                            const std::vector<ResolvedRow>& rows) {
  std::size_t size = 0;
  for (const ResolvedRow& row : rows) size += row.bytes.size();
  if (fleet_.world.now() < full_until_ && (room_ == 0 || size > room_)) {
    ++counts.full_commits;
    return fail(ErrorCode::kQuotaExceeded, "the disk is full");
  }
  if (commit.record && commit.version != storage.version) {
    ++counts.late_commits;
    return false;
  }
  watch.check_rows(rows, commit.record);
  for (const ResolvedRow& row : rows) storage.tables[row.table][row.key.text()] = row.bytes;
  for (const DeletedRow& row : commit.deletes) storage.tables[row.table].erase(row.key.text());
  ++counts.commits;
  if (commit.record) {
    storage.record = *commit.record;
    ++storage.version;
    for (const auto& tab : tabs_) {
      if (tab.get() != &by) tab->hear_of_change();
    }
  }
  watch.check_record();
  return true;
}

void Device::note_upload(int store, const Cid& car) {
  if (plan_.writes_as_package) return;
  Uploads& uploads =
      uploads_[store].try_emplace(car.text(), Uploads{0, counts.late_commits}).first->second;
  const std::uint64_t times = ++uploads.times;
  // Tabs upload on their own; each may have to do it again after a failure, and when the store's meta has forgotten what it
  // led to. After a commit that did not succeed, as when another tab was faster, the others do not hear what was confirmed.
  const std::uint64_t late = counts.late_commits - uploads.late_commits;
  const std::uint64_t reasons = 1 + link(store).counts().failures() + counts.crashes +
                                counts.unsupported + counts.gone + counts.disconnects +
                                counts.full_commits + late +
                                fleet_.watches[static_cast<std::size_t>(store)]->losses() +
                                fleet_.watches[static_cast<std::size_t>(store)]->restarts();
  const std::uint64_t most = static_cast<std::uint64_t>(plan_.tabs) * reasons;
  require(times <= most, Guarantee::kG4, [&] {
    return "CAR " + brief(car) + " is uploaded " + std::to_string(times) + " times to store " +
           std::to_string(store) + ", which no failure explains";
  });
}

}  // namespace fireproof::simulator
