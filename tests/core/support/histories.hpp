// Histories of events made by hand: names instead of contents, real CIDs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "clock/event_graph.hpp"
#include "crypto/sha256.hpp"

namespace fireproof::test {

inline Cid cid_named(const std::string& name) { return cid_of(codec::kDagCbor, as_bytes(name)); }

class History {
 public:
  // Adds an event on top of the named ones; it writes the key `name`.
  EventGraph::Id add(const std::string& name, const std::vector<std::string>& parents) {
    Event event{{}, cid_named("root of " + name), {{false, name, cid_named("value of " + name)}}};
    for (const std::string& parent : parents) event.parents.push_back(cid_named(parent));
    const EventGraph::Id id = graph.add(cid_named(name), std::move(event));
    names_[id] = name;
    return id;
  }

  [[nodiscard]] EventGraph::Id id(const std::string& name) const {
    return *graph.find(cid_named(name));
  }
  [[nodiscard]] std::vector<EventGraph::Id> ids(const std::vector<std::string>& names) const {
    std::vector<EventGraph::Id> found;
    for (const std::string& name : names) found.push_back(id(name));
    return found;
  }
  [[nodiscard]] std::vector<std::string> names(const std::vector<EventGraph::Id>& ids) const {
    std::vector<std::string> found;
    for (const EventGraph::Id each : ids) found.push_back(names_.at(each));
    return found;
  }

  EventGraph graph;

 private:
  std::map<EventGraph::Id, std::string> names_;
};

}  // namespace fireproof::test
