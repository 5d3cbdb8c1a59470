#pragma once

#include <functional>
#include <span>

#include "clock/event_graph.hpp"

namespace fireproof {

/// Events in the order in which every engine replays them (format pages 0.14 section 5.4, 0.24 section 7.5b and c):
/// by descending weight, equal weights by ascending CID text. The weight of an event is the sum of the lengths of
/// all paths to it from all heads; one pass over the graph counts them. Every event comes after its parents.
///
/// `expand(event)` tells whether the walk goes on to an event's parents.
std::vector<EventGraph::Id> replay_order(EventGraph& graph, std::span<const EventGraph::Id> heads,
                                         const std::function<bool(EventGraph::Id)>& expand);

/// The events between a common ancestor and the heads, as they are replayed on the ancestor's root. The walk stops at
/// events whose only parent is the ancestor; an event with several parents, the ancestor among them, does not stop it.
std::vector<EventGraph::Id> events_to_replay(EventGraph& graph,
                                             std::span<const EventGraph::Id> heads,
                                             EventGraph::Id ancestor);

/// The events that can be reached from `heads` and not from `since`, in replay order.
std::vector<EventGraph::Id> events_since(EventGraph& graph, std::span<const EventGraph::Id> heads,
                                         std::span<const EventGraph::Id> since);

}  // namespace fireproof
