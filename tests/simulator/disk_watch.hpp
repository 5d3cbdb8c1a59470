// Watches what a device stores: G1, G4 and G5.
#pragma once

#include <memory>
#include <vector>

#include "simulator/history.hpp"
#include "simulator/object_store.hpp"
#include "simulator/plan.hpp"
#include "simulator/violation.hpp"
#include "support/host.hpp"

namespace fireproof::simulator {

// A row as it will be stored.
struct ResolvedRow {
  std::string table;
  Cid key;
  Bytes bytes;
};

// A document of an acknowledged write.
struct WrittenDocument {
  std::string id;
  History::Outcome outcome;
};

class DiskWatch {
 public:
  // `rebases`: what no store that keeps conditions has seen may be written anew on the history of another device.
  DiskWatch(History& history, const std::vector<std::unique_ptr<ObjectStore>>& stores,
            const test::Storage& storage, bool rebases)
      : history_(history), stores_(stores), storage_(storage), rebases_(rebases) {}
  DiskWatch(const DiskWatch&) = delete;
  DiskWatch& operator=(const DiskWatch&) = delete;

  // To be called before rows are stored, with the record that comes with them, if one does.
  void check_rows(const std::vector<ResolvedRow>& rows, const std::optional<Bytes>& record);

  // To be called when a record was stored: everything acknowledged is in it, every CAR that it names is there, and what it
  // takes for confirmed is at its store.
  void check_record(Guarantee guarantee = Guarantee::kG1);

  // A write was acknowledged, with this clock.
  void acknowledge(const std::vector<Cid>& clock, const std::vector<WrittenDocument>& documents);

  // Opens what is stored as after a crash, and holds the documents against the history. Expensive.
  void check_documents(EngineOptions options);

  // The events of all acknowledged writes.
  [[nodiscard]] const EventSet& acknowledged() const { return acknowledged_; }
  // The events below the head that is stored.
  [[nodiscard]] EventSet below_head();
  [[nodiscard]] std::optional<LocalRecord> record() const;

 private:
  void check_confirmed(const LocalRecord& record) const;
  [[nodiscard]] bool may_rebase(const LocalRecord& record);
  void rebase(const EventSet& below);
  [[nodiscard]] bool has_row(const std::string& table, const Cid& key) const;
  /// With its row, if it has to have one.
  [[nodiscard]] bool is_held(const Cid& car) const;

  History& history_;
  const std::vector<std::unique_ptr<ObjectStore>>& stores_;
  const test::Storage& storage_;
  bool rebases_;
  EventSet acknowledged_;
};

// The documents that a host answers with, in the form of the history.
std::map<std::string, std::uint64_t> documents_of(test::Host& host);

// Throws a Violation unless the documents are what the events allow.
void check_against_history(History& history, const EventSet& events,
                           const std::map<std::string, std::uint64_t>& documents,
                           Guarantee guarantee, const std::string& where);

// What a connection to this store is called.
std::string remote_name(int store);

}  // namespace fireproof::simulator
