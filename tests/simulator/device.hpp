// A device: a disk that survives crashes, a clock of its own, tabs that do not survive, and ways to stores.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "simulator/disk_watch.hpp"
#include "simulator/link.hpp"
#include "simulator/plan.hpp"
#include "simulator/tab.hpp"
#include "support/host.hpp"

namespace fireproof::simulator {

struct Fleet;

// What happened to a device so far.
struct DeviceCounts {
  std::uint64_t crashes = 0;  // of single tabs and of all at once
  std::uint64_t disconnects = 0;
  std::uint64_t unsupported = 0;  // uploads that a store refused for their condition
  std::uint64_t gone = 0;  // CARs that were sealed into another one before their upload began
  std::uint64_t full_commits = 0;
  std::uint64_t late_commits = 0;  ///< another tab was faster
  std::uint64_t clock_jumps = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t refused = 0;  // writes
  std::uint64_t commits = 0;
};

class Device {
 public:
  Device(Fleet& fleet, int number, const DevicePlan& plan);
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  ~Device();

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] const DevicePlan& plan() const { return plan_; }
  Fleet& fleet() { return fleet_; }

  // What its clock shows, in whole milliseconds; it may jump.
  [[nodiscard]] Time clock() const;
  void jump_clock(Time by);

  Tab& open_tab();
  // Ends a tab without ado.
  void end_tab(std::size_t tab);
  // Ends all of them, and looks at what is left on the disk.
  void crash();
  [[nodiscard]] const std::vector<std::unique_ptr<Tab>>& tabs() const { return tabs_; }
  // One of the open tabs, opened now if there is none.
  Tab& some_tab();

  // For so long, no commit can be stored whose rows have more than `room` bytes; none at all if that is 0.
  void fill_disk(Time span, std::size_t room);

  // One transaction with these rows. False if the version was another one.
  Result<bool> commit(const Tab& by, const command::Commit& commit,
                      const std::vector<ResolvedRow>& rows);

  // Before and after the time in which things go wrong, nothing does.
  void begin_faults();
  void heal();

  Link& link(int store) { return *links_.at(store); }
  // A CAR is about to be uploaded. Throws a Violation of G4 if that is once more than any failure explains.
  void note_upload(int store, const Cid& car);

  // When a tab last looked at a store that then was taken to cover the head, which its other tabs build on.
  std::map<int, Time> looked_at;

  test::Storage storage;
  DiskWatch watch;
  DeviceCounts counts;

 private:
  Fleet& fleet_;
  int number_;
  DevicePlan plan_;
  Time clock_offset_ = 0;
  Time full_until_ = 0;
  std::size_t room_ = 0;
  int tabs_opened_ = 0;
  std::map<int, std::unique_ptr<Link>> links_;
  struct Uploads {
    std::uint64_t times = 0;
    std::uint64_t late_commits = 0;  // of the device before the first of them
  };
  std::map<int, std::map<std::string, Uploads>> uploads_;  // by store and CAR
  std::vector<std::unique_ptr<Tab>> tabs_;
};

}  // namespace fireproof::simulator
