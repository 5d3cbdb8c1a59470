#pragma once

#include "documents/commit.hpp"
#include "documents/local_record.hpp"

namespace fireproof {

/// A document of a provisional history, as it is to be written again on that of a remote.
struct LocalDocument {
  std::string id;
  bool deleted = false;
  Bytes value;  ///< its value block
};

/// The documents at a head, tombstones included, in key order. Fails with kSuspended or kCorruptBlock.
Result<std::vector<LocalDocument>> collect_documents(Database& database,
                                                     const std::vector<HeadEvent>& heads);

/// The attachment CARs that a document names.
Result<std::vector<Cid>> attachment_cars(const LocalDocument& document);

/// What has to be written so that the state at `onto` has the values of `documents`: all that live, and the tombstones of ids
/// that the remote knows. Attachment CARs are called by their new names. Fails with kSuspended or kCorruptBlock.
Result<std::vector<Update>> updates_onto(Database& database, const std::vector<HeadEvent>& onto,
                                         const std::vector<LocalDocument>& documents,
                                         const std::map<Cid, Cid, CidByteOrder>& renamed);

/// The ids that a rebase wrote, in the order of their events. Fails with kSuspended, or kCorruptBlock for an event that is
/// not there.
Result<std::vector<std::string>> rebased_ids(Database& database, const RebaseMark& mark);

/// The first event of the history of a head, the smallest by text if there are several. Fails with kSuspended, or
/// kCorruptBlock for an event that is not there.
Result<Cid> first_event(Database& database, const std::vector<Cid>& head);

}  // namespace fireproof
