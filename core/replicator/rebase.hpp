#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "documents/rebase.hpp"
#include "replicator/engine.hpp"

namespace fireproof {

/// Exchanges the provisional history of a 0.14 database for that of a remote (DECISIONS: first writers): takes over the
/// remote's key, head and log, and writes the documents that are here as one bulk on that head, all in one transaction that
/// is guarded by the version of the record. Attachments are sealed with the remote's key, and documents name their new CARs.
///
/// What is committed meanwhile, here or in another tab, is taken along: then all is collected again.
class Rebase : public std::enable_shared_from_this<Rebase> {
 public:
  /// What was found at the remote. Its CARs are known to the database.
  struct Found {
    std::string remote;  ///< by the name that the record knows it by
    std::vector<std::pair<CarGroup, CarHeader>> entries;  ///< of its meta
    std::optional<SecretKey> key;                         ///< none: a public database
    std::string etag;                                     ///< of the meta
    std::vector<Cid> fetched;                             ///< CARs that came from it
    std::vector<StoredRow> rows;                          ///< of them, not stored yet
    std::vector<CarGroup> replaced;  ///< of them, those that compactions have replaced
  };

  /// True: it is done. False: the history is not provisional any more, nothing was changed.
  using Done = std::function<void(Result<bool>)>;

  static std::shared_ptr<Rebase> start(Engine& engine, Found found, Done done);
  Rebase(const Rebase&) = delete;
  Rebase& operator=(const Rebase&) = delete;
  ~Rebase();

 private:
  Rebase(Engine& engine, Found found, Done done)
      : engine_(engine), found_(std::move(found)), done_(std::move(done)) {}

  void begin();
  Status collect();
  void read_next_file();
  Status seal_again(const Cid& car, Bytes stored);
  void store_files();
  Status write();
  Result<LocalRecord> remote_record() const;
  Status write_documents(LocalRecord& record, const KeyRing::Key* key);
  void keep_files(LocalRecord& record);
  void commit(LocalRecord record);
  void add_deletes();
  void end(Result<bool> result);

  Engine& engine_;
  Found found_;
  Done done_;
  // What is here, and the record that it was collected from.
  std::vector<HeadEvent> base_;
  std::vector<LocalDocument> documents_;
  std::vector<Cid> files_;  // attachment CARs that documents name
  std::size_t next_file_ = 0;
  std::map<Cid, Cid, CidByteOrder> renamed_;  // those that were sealed again
  std::vector<StoredRow> file_rows_;          // of them, not stored yet
  std::size_t file_bytes_ = 0;
  // What is written.
  std::vector<StoredRow> rows_;
  PendingCars pending_;  // data CARs
  std::vector<DeletedRow> deletes_;
};

}  // namespace fireproof
