#include "formats/member_tree_14.hpp"

#include <algorithm>
#include <unordered_set>

#include "crypto/sha256.hpp"
#include "ipld/dag_cbor.hpp"

namespace fireproof::member_tree_14 {
namespace {

/// A run of entries ends after a digest whose last four bytes are at most this: one in thirty.
constexpr std::uint32_t kBoundary = 143165576;

bool closes(const Cid& cid) { return load_le32(cid.digest().last(4)) <= kBoundary; }

/// An entry of the level being built: the first member below it, and the child (none on the lowest level).
struct Entry {
  Cid key;
  Cid child;
};

Node make_leaf(std::span<const Entry> run, bool closed) {
  Bytes data;
  DagCborWriter writer(data);
  writer.map(2);
  writer.text("leaf");
  writer.list(run.size());
  for (const Entry& entry : run) writer.link(entry.key);
  writer.text("closed");
  writer.boolean(closed);
  return {cid_of(codec::kDagCbor, data), std::move(data)};
}

Node make_branch(std::span<const Entry> run, bool closed, std::uint64_t distance) {
  Bytes data;
  DagCborWriter writer(data);
  writer.map(2);
  writer.text("branch");
  writer.list(2);
  writer.integer({distance, false});
  writer.list(run.size());
  for (const Entry& entry : run) {
    writer.list(2);
    writer.link(entry.key);
    writer.link(entry.child);
  }
  writer.text("closed");
  writer.boolean(closed);
  return {cid_of(codec::kDagCbor, data), std::move(data)};
}

tl::unexpected<Error> corrupt(const Cid& node, std::string_view what) {
  return fail(ErrorCode::kCorruptCar, "member tree node " + node.text() + " " + std::string(what));
}

}  // namespace

std::vector<Node> build(std::vector<Cid> members) {
  std::sort(members.begin(), members.end(), CidByteOrder());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  std::vector<Entry> level;
  level.reserve(members.size());
  for (Cid& member : members) level.push_back({std::move(member), {}});
  std::vector<Node> nodes;
  for (std::uint64_t distance = 0;; ++distance) {
    std::vector<Entry> above;
    std::size_t start = 0;
    for (std::size_t i = 0; i < level.size(); ++i) {
      const bool closed = closes(distance == 0 ? level[i].key : level[i].child);
      if (!closed && i + 1 < level.size()) continue;
      const std::span<const Entry> run(level.data() + start, i + 1 - start);
      nodes.push_back(distance == 0 ? make_leaf(run, closed) : make_branch(run, closed, distance));
      above.push_back({run.front().key, nodes.back().cid});
      start = i + 1;
    }
    if (above.size() <= 1) return nodes;
    level = std::move(above);
  }
}

Result<std::vector<Cid>> read(const Cid& root,
                              const std::function<std::optional<ByteView>(const Cid&)>& find) {
  std::vector<Cid> members;
  std::unordered_set<Cid, CidHash> seen;
  std::vector<Cid> stack{root};
  while (!stack.empty()) {
    const Cid at = std::move(stack.back());
    stack.pop_back();
    if (!seen.insert(at).second) return corrupt(at, "is listed twice");
    const auto data = find(at);
    if (!data) return corrupt(at, "is missing");
    auto node = dag_cbor::decode(*data);
    if (!node || !node->find<bool>("closed")) return corrupt(at, "is malformed");
    if (const List* leaf = node->find<List>("leaf")) {
      for (const Value& item : *leaf) {
        const Cid* member = item.get<Cid>();
        if (!member) return corrupt(at, "lists something that is no link");
        members.push_back(*member);
      }
      continue;
    }
    const List* branch = node->find<List>("branch");
    const List* entries = branch && branch->size() == 2 ? (*branch)[1].get<List>() : nullptr;
    if (!entries) return corrupt(at, "is neither leaf nor branch");
    for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry) {
      const List* pair = entry->get<List>();
      const Cid* child = pair && pair->size() == 2 ? (*pair)[1].get<Cid>() : nullptr;
      if (!child) return corrupt(at, "has a malformed branch");
      stack.push_back(*child);
    }
  }
  return members;
}

}  // namespace fireproof::member_tree_14
