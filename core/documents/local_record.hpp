#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "crypto/secret_key.hpp"
#include "documents/remote_state.hpp"
#include "formats/opened_car.hpp"

namespace fireproof {

/// A member of the head, with the root shard of its event, so that reading needs no event.
struct HeadEvent {
  Cid event;
  Cid root;

  friend bool operator==(const HeadEvent&, const HeadEvent&) = default;
};

/// The events of a head.
std::vector<Cid> events_of(const std::vector<HeadEvent>& heads);

/// Brings a head into the order in which it is kept: by the text of its events.
void sort_heads(std::vector<HeadEvent>& heads);

/// A commit that has not left this origin: its CAR, and the head after it.
struct TailCommit {
  Cid car;
  std::vector<HeadEvent> heads;

  friend bool operator==(const TailCommit&, const TailCommit&) = default;
};

/// The last time that a provisional history gave way to a remote's.
struct RebaseMark {
  std::vector<Cid> onto;  ///< the head that was taken over
  std::vector<Cid> head;  ///< the head after what was written here had been written on it again

  friend bool operator==(const RebaseMark&, const RebaseMark&) = default;
};

/// The mutable state of a database in local storage. Everything else that is stored is immutable and named by the CIDs
/// in here. Written as a whole, in one transaction with what it names.
struct LocalRecord {
  std::string format;  ///< "0.14" or "0.24"
  bool is_public = false;
  std::vector<SecretKey> keys;    ///< the one that seals first
  std::vector<HeadEvent> heads;   ///< in text order
  std::vector<CarGroup> sealed;   ///< the car log that remotes share, newest first
  std::vector<TailCommit> tail;   ///< commits after it that nobody outside has seen, oldest first
  std::vector<CarGroup> archive;  ///< groups that a compaction replaced and that are kept for forks
  std::vector<Cid>
      missing;  ///< blocks that the heads need and that no CAR had, when the heads were adopted
  /// The head that the header of the newest sealed CAR names, if it names all other sealed groups too, so that a meta may
  /// name that CAR; else empty.
  std::vector<Cid> sealed_head;
  std::vector<Cid> files;                      ///< attachment CARs that were written here
  std::map<std::string, RemoteState> remotes;  ///< by the name of the remote
  /// No remote has confirmed any of its history, or given it: it may still be exchanged for that of a remote, and its key too.
  bool provisional = true;
  std::optional<RebaseMark> rebase;  ///< none: it never was exchanged
  /// CARs of histories that were exchanged and that a meta may have named: such a meta is no stranger's.
  std::vector<CarGroup> dropped;

  /// The events of the head.
  [[nodiscard]] std::vector<Cid> clock() const;

  /// The whole car log, newest first: the tail, then what is sealed.
  [[nodiscard]] std::vector<CarGroup> car_log() const;

  [[nodiscard]] Bytes encode() const;

  /// Fails with kStorageLost if the bytes are no record.
  static Result<LocalRecord> decode(ByteView bytes);
};

}  // namespace fireproof
