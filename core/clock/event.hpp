#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "multiformats/cid.hpp"

namespace fireproof {

/// What an event does to one key.
struct EventOp {
  bool removes =
      false;  ///< type "del": never written by the JavaScript package, understood in replay
  std::string key;
  Cid value;
};

/// An event of the merkle clock (format pages 0.14 section 5.1, 0.24 section 5.1).
struct Event {
  std::vector<Cid> parents;
  Cid root;  ///< the root shard after this event, on the merged state of its parents
  std::vector<EventOp> ops;
};

/// Cheap test for "may be an event block": a map of two members whose first key is "data".
bool looks_like_event(ByteView block);

/// Decodes an event block: one operation, or 0.24's batch. Fails with kCorruptBlock.
Result<Event> decode_event(ByteView block);

/// The block of an event of puts, with its parents in the order given: a plain put for one operation, a batch (0.24 only)
/// for several.
Bytes encode_event(const Event& event);

}  // namespace fireproof
