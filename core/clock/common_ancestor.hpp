#pragma once

#include <span>

#include "clock/event_graph.hpp"

namespace fireproof {

/// The common ancestor from which several events are replayed (format pages 0.14 section 5.3, 0.24 section 7.5a):
/// the first event met in the ways of all of them, where each way goes from an event to its parent, or from an event
/// with several parents to their common ancestor. Not always the nearest one that graph theory would name, but the
/// one that every engine has to agree on.
///
/// Fails with kUnrelatedHistory if the ways end without meeting: at different first events, or where an event is
/// missing. Each event's step is found once, so the work is bounded by the size of the history.
Result<EventGraph::Id> common_ancestor(EventGraph& graph, std::span<const EventGraph::Id> events);

}  // namespace fireproof
