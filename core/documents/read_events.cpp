#include <algorithm>
#include <queue>
#include <unordered_set>

#include "documents/document_json.hpp"
#include "documents/read.hpp"

namespace fireproof::read {
namespace {

/// The known events that a head reaches, newest first: an event comes before all that it descends from. Visits no more of
/// the history than it gives.
std::vector<EventGraph::Id> newest(EventGraph& graph, const std::vector<HeadEvent>& heads,
                                   std::size_t limit) {
  const auto is_older = [&graph](EventGraph::Id a, EventGraph::Id b) {
    const auto [of_a, of_b] = std::pair(graph.generation(a), graph.generation(b));
    return of_a != of_b ? of_a < of_b : CidTextOrder()(graph.node(b).cid, graph.node(a).cid);
  };
  std::priority_queue<EventGraph::Id, std::vector<EventGraph::Id>, decltype(is_older)> next(
      is_older);
  std::unordered_set<EventGraph::Id> seen;
  const auto reach = [&](EventGraph::Id id) {
    if (graph.node(id).known && seen.insert(id).second) next.push(id);
  };
  for (const HeadEvent& head : heads) {
    if (const auto id = graph.find(head.event)) reach(*id);
  }
  std::vector<EventGraph::Id> events;
  while (!next.empty() && events.size() < limit) {
    events.push_back(next.top());
    next.pop();
    for (const EventGraph::Id parent : graph.node(events.back()).parents) reach(parent);
  }
  return events;
}

void write_event(DocumentJson& json, const EventGraph& graph, EventGraph::Id id,
                 const Format& format) {
  const EventGraph::Node& node = graph.node(id);
  json.begin_object();
  json.member("cid");
  json.text(node.cid.text());
  json.member("parents");
  json.begin_list();
  for (const EventGraph::Id parent : node.parents) json.text(graph.node(parent).cid.text());
  json.end_list();
  json.member("keys");
  json.begin_list();
  for (const EventOp& op : node.ops) {
    if (!format.is_hidden(op.key)) json.text(op.key);
  }
  json.end_list();
  json.end_object();
}

}  // namespace

Result<std::string> events(Database& database, const std::vector<HeadEvent>& heads,
                           std::size_t limit) {
  EventGraph* graph = database.events();
  if (!graph) return suspended();
  DocumentJson json;
  json.begin_object();
  json.member("rows");
  json.begin_list();
  for (const EventGraph::Id id : newest(*graph, heads, limit))
    write_event(json, *graph, id, database.format());
  json.end_list();
  json.member("clock");
  json.begin_list();
  for (const HeadEvent& head : heads) json.text(head.event.text());
  json.end_list();
  return json.finish();
}

}  // namespace fireproof::read
