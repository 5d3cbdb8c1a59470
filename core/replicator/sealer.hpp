#pragma once

#include <functional>
#include <unordered_map>
#include <vector>

#include "documents/slimming.hpp"
#include "replicator/engine.hpp"

namespace fireproof {

/// Turns many small CARs of the log into one. Sealing unites the commits of the tail into a CAR that may leave this origin;
/// a compaction replaces the whole log by one CAR of what is needed now. Each is one transaction: the new CAR and the record
/// that names it in, the replaced CARs out. Commits that are made meanwhile stay in the tail. Both may run in several tabs
/// at once: one of them wins.
///
/// A compaction CAR names no earlier CARs, neither as log nor as replaced, because the JavaScript package could not reopen a
/// database with an older fork otherwise (0.24 format page, 10.20). Replaced groups that others may have seen stay listed in
/// the record's archive.
class Sealer {
 public:
  explicit Sealer(Engine& engine) : engine_(engine) {}
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  ~Sealer();

  /// Tails are sealed in parts of at most this many bytes.
  static constexpr std::size_t kMaxPart = std::size_t{64} << 20;

  using Done = std::function<void(Status)>;

  /// Seals the tail as it is now.
  void seal(Done done);

  /// The same, and if the tail is empty but no header names the whole head and log, as after a merge, seals one that does.
  /// Groups with a CAR of `refused`, which a remote will not take as it is, are sealed anew together with the tail and what
  /// came after them; as long as there is neither, they stay. What is replaced goes to the archive.
  void prepare_publishing(std::vector<Cid> refused, Done done);

  /// Replaces the whole log by one CAR. Does nothing if it has fewer than two.
  void compact(Done done);

  /// To be called with the CAR of every commit that is made here: as long as its blocks are resident, sealing does not have
  /// to read, decrypt and check it again.
  void note_made(const Cid& car, CarHeader header, const std::vector<NewBlock>& blocks);

  /// To be called after commits: seals by itself when the tail has grown long. Longer where a connection is about to have it
  /// sealed, so that a burst becomes few CARs.
  void note_commit();

 private:
  struct Task {
    enum class Kind { kSeal, kPublish, kCompact } kind = Kind::kSeal;
    Done done;
    std::vector<Cid> refused;

    [[nodiscard]] bool compacts() const { return kind == Kind::kCompact; }
  };

  void next();
  void begin();
  [[nodiscard]] std::size_t count_refused() const;
  void read_cars();
  Status seal_tail();
  bool find_blocks();
  [[nodiscard]] bool has_header(const CarHeader& header) const;
  Status seal_merge();
  Status compact_log();
  void replace(SealedCar car, std::vector<DeletedRow> deletes);
  void commit();
  void end(Status status);

  Engine& engine_;
  std::vector<Task> tasks_;  // the first is under way
  bool busy_ = false;
  int losses_ = 0;           // races with other tabs that this task lost
  std::optional<Cid> last_;  // the newest commit that the task is to seal
  struct Made {
    CarHeader header;
    std::vector<Cid> blocks;
  };
  std::unordered_map<Cid, Made, CidHash> made_;  // commits of this engine in the tail
  // What the task replaces, and by what.
  std::vector<TailCommit> tail_;
  std::vector<CarGroup> sealed_;
  std::size_t replaced_ = 0;  // so many groups of them, the newest
  std::vector<CommitBlocks> commits_;
  std::vector<OpenedCar> opened_;
  std::vector<OpenedBlock> older_;  // blocks of replaced groups
  Cid car_;
  std::vector<Cid> head_;  // that its header names
  bool adopted_ = false;   // the only commit of the tail is what a seal would make
  PendingCars pending_;
  std::vector<StoredRow> rows_;
  std::vector<DeletedRow> deletes_;
};

}  // namespace fireproof
