#pragma once

#include "documents/database.hpp"

namespace fireproof {

/// Questions about documents. Each gives the JSON text of its answer (see DocumentJson) or fails: kSuspended if blocks have
/// to be loaded first, kCorruptBlock if a block is nowhere to be had or damaged, naming it.
namespace read {

/// `{"doc": {…}}`. Fails with kNotFound for unknown, deleted and hidden ids.
Result<std::string> get(Database& database, const std::vector<HeadEvent>& heads,
                        std::string_view id);

/// `{"rows": [{"key", "value"}], "clock": […]}`: live documents in key order.
Result<std::string> all_docs(Database& database, const std::vector<HeadEvent>& heads,
                             const KeyRange& range);

/// `{"rows": [{"key", "value", "deleted"?}], "clock": […]}`: the keys named by events that `heads` reach and `since` does not,
/// with their merged state, by the last position in replay order, the oldest `limit` of them. Going on from the clock of the
/// answer sees the rest. So no event is torn in two: one that names more than `limit` keys comes whole, alone. With `all_affected`,
/// which has no limit, before these the documents that no such event names and that are another one now all the same, because a
/// merge decided anew which of two writes wins. Fails with kInvalidArgument for an event in `since` that is not known.
Result<std::string> changes(Database& database, const std::vector<HeadEvent>& heads,
                            const std::vector<Cid>& since, std::size_t limit, bool all_affected);

/// `{"rows": [{"cid", "parents", "keys"}], "clock": […]}`: the newest `limit` events that `heads` reach, each before those
/// that it descends from. A parent that is no row is older, or not known here.
Result<std::string> events(Database& database, const std::vector<HeadEvent>& heads,
                           std::size_t limit);

/// The attachment CARs that live documents name.
Result<std::vector<Cid>> attachment_cars(Database& database, const std::vector<HeadEvent>& heads);

}  // namespace read
}  // namespace fireproof
