#include "clock/common_ancestor.hpp"

#include <memory>
#include <unordered_map>

namespace fireproof {
namespace {

using Id = EventGraph::Id;

/// The ways of several events, each growing by one step in turn until one event lies in all of them.
class Search {
 public:
  explicit Search(std::span<const Id> events) {
    for (const Id event : events) {
      ends_.push_back(event);
      lists_.emplace_back();
    }
    for (std::size_t i = 0; i < ends_.size(); ++i) note(i, ends_[i]);
  }

  [[nodiscard]] std::optional<Id> found() const { return found_; }
  [[nodiscard]] bool exhausted() const { return found_ == std::nullopt && idle_ >= ends_.size(); }

  /// The event whose step is wanted next.
  [[nodiscard]] Id wanted() const { return ends_[turn_]; }

  /// Extends the way whose turn it is by the step of its last event; a way that has ended stays where it is.
  void extend(std::optional<Id> step) {
    if (step && *step != ends_[turn_]) {
      idle_ = 0;
      ends_[turn_] = *step;
      note(turn_, *step);
    } else {
      ++idle_;
    }
    turn_ = (turn_ + 1) % ends_.size();
  }

 private:
  void note(std::size_t list, Id event) {
    if (!lists_[list].try_emplace(event, true).second) return;
    if (++count_[event] == ends_.size()) found_ = event;
  }

  std::vector<Id> ends_;
  std::vector<std::unordered_map<Id, bool>> lists_;
  std::unordered_map<Id, std::size_t> count_;  // in how many ways an event lies
  std::optional<Id> found_;
  std::size_t turn_ = 0;
  std::size_t idle_ = 0;
};

/// A search that is under way, and the event whose step it is (none for the outermost).
struct Frame {
  std::optional<Id> event;
  Search search;
};

}  // namespace

Result<Id> common_ancestor(EventGraph& graph, std::span<const Id> events) {
  if (events.size() == 1) return events[0];
  std::unordered_map<Id, std::optional<Id>>
      steps;  // of events with several parents; none: unrelated parents
  std::vector<Frame> stack;
  stack.push_back({std::nullopt, Search(events)});
  for (;;) {
    Frame& frame = stack.back();
    if (frame.search.found() || frame.search.exhausted()) {
      const std::optional<Id> result = frame.search.found();
      if (!frame.event) {
        if (result) return *result;
        return fail(ErrorCode::kUnrelatedHistory,
                    "event " + graph.node(events[0]).cid.text() + " and event " +
                        graph.node(events[1]).cid.text() + " have no common ancestor");
      }
      steps[*frame.event] = result;
      stack.pop_back();
      continue;
    }
    const Id at = frame.search.wanted();
    const auto& parents = graph.node(at).parents;
    if (parents.size() < 2) {
      graph.count_visit();
      frame.search.extend(parents.empty() ? std::nullopt : std::optional<Id>(parents[0]));
    } else if (const auto step = steps.find(at); step != steps.end()) {
      graph.count_visit();
      frame.search.extend(step->second);
    } else {
      Search nested(parents);  // `frame` dies with the push
      stack.push_back({at, std::move(nested)});
    }
  }
}

}  // namespace fireproof
