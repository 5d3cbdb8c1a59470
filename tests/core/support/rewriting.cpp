#include "support/rewriting.hpp"

#include <algorithm>
#include <stdexcept>

#include "documents/document_json.hpp"
#include "ipld/dag_cbor.hpp"
#include "ipld/dag_json.hpp"
#include "ipld/json.hpp"

namespace fireproof::test {
namespace {

using OpenedGroup = std::vector<const OpenedCar*>;

// The CARs of the commit whose first CAR this is: a later header lists them together.
OpenedGroup group_of(const OpenedFixture& fixture, const Cid& first) {
  CarGroup group{first};
  for (const auto& [car, opened] : fixture.cars) {
    if (!opened.header) continue;
    for (const CarGroup& listed : opened.header->cars) {
      if (listed.front() == first) group = listed;
    }
  }
  OpenedGroup found;
  for (const auto& [car, opened] : fixture.cars) {
    if (std::find(group.begin(), group.end(), car.name) != group.end()) found.push_back(&opened);
  }
  return found;
}

// The operations of the events of a commit, in the order in which they were done.
std::vector<EventOp> operations_of(const OpenedGroup& group, EventGraph& events) {
  std::vector<EventGraph::Id> ids;
  for (const OpenedCar* car : group) {
    for (const OpenedBlock& block : car->blocks) {
      if (const auto id = events.find(block.cid)) ids.push_back(*id);
    }
  }
  std::stable_sort(ids.begin(), ids.end(), [&](EventGraph::Id a, EventGraph::Id b) {
    return events.generation(a) < events.generation(b);
  });
  std::vector<EventOp> ops;
  for (const EventGraph::Id id : ids) {
    const auto& made = events.node(id).ops;
    ops.insert(ops.end(), made.begin(), made.end());
  }
  return ops;
}

// A put that changed nothing leaves its document and no event (0.24 format page 3.3).
std::vector<EventOp> unchanged_document(const OpenedCar& car) {
  std::vector<EventOp> ops;
  for (const OpenedBlock& block : car.blocks) {
    const auto document = read_document(block.data, false);
    if (!document || document->deleted) continue;
    const auto fields = dag_cbor::decode(document->fields);
    if (const auto* id = fields->find<std::string>("_id")) ops.push_back({false, *id, block.cid});
  }
  return ops;
}

void write_document(DocumentJson& json, const EventOp& op, Blocks& blocks) {
  const auto block = blocks.find(op.value);
  if (!block) throw std::runtime_error("the value of " + op.key + " is gone");
  const auto document = read_document(*block, false);
  if (!document) throw std::runtime_error(document.error().message);
  if (document->deleted) {
    json.tombstone(op.key);
  } else if (const Status written = json.document(op.key, document->fields); !written) {
    throw std::runtime_error(written.error().message);
  }
}

// The text of a JSON value that has no bytes and no links.
std::string to_json(const Value& value) { return dag_json::encode(value); }

std::string arguments_for(const std::vector<EventOp>& ops, Blocks& blocks) {
  DocumentJson json;
  json.begin_object();
  json.member("docs");
  json.begin_list();
  for (const EventOp& op : ops) write_document(json, op, blocks);
  json.end_list();
  std::string text = json.finish();
  // Answers count their patches from the outermost object, writes from the list of documents.
  const std::string_view mark = R"(,"patches":[)";
  const std::size_t at = text.rfind(mark);
  Value answer = *json::parse(text);
  const List* patches = answer.find<List>("patches");
  if (!patches) return text;
  List moved;
  for (const Value& patch : *patches) {
    Map members = *patch.get<Map>();
    for (auto& [name, value] : members) {
      if (name == "path") value.get<List>()->erase(value.get<List>()->begin());
    }
    moved.emplace_back(std::move(members));
  }
  return text.substr(0, at) + R"(,"patches":)" + to_json(Value(std::move(moved))) + "}";
}

}  // namespace

std::vector<RecordedCommit> recorded_commits(OpenedFixture& fixture) {
  std::vector<RecordedCommit> commits;
  for (const auto& [car, opened] : fixture.cars) {
    if (car.kind != CarKind::kData || !opened.header) continue;
    std::vector<EventOp> ops = operations_of(group_of(fixture, car.name), fixture.events);
    if (ops.empty()) ops = unchanged_document(opened);
    commits.push_back({&car, &opened, ops.empty() ? "" : arguments_for(ops, fixture.blocks)});
  }
  std::stable_sort(commits.begin(), commits.end(), [](const auto& a, const auto& b) {
    return a.opened->header->cars.size() < b.opened->header->cars.size();
  });
  return commits;
}

}  // namespace fireproof::test
