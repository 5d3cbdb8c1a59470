#pragma once

#include <span>
#include <unordered_set>
#include <vector>

#include "clock/event_graph.hpp"

namespace fireproof {

using CidSet = std::unordered_set<Cid, CidHash>;

/// An event and its name.
struct NamedEvent {
  Cid cid;
  Event event;
};

/// The values of these events that may still be somebody's current document: those of writes that no later event among them,
/// one that descends from theirs, overwrites. A write that only lost to a concurrent one stays: with more heads to merge it may
/// win after all. Where the events fork among themselves, some more may be named than need be.
CidSet lasting_values(std::span<const NamedEvent> events);

/// The values that the JavaScript package's `changes()` shows: walking depth first from the head, for each key that of the
/// first event met (format pages 0.14 section 7, 0.24 section 6.5).
CidSet values_of_package_changes(const EventGraph& graph, std::span<const EventGraph::Id> heads);

}  // namespace fireproof
