// The prolly tree of members (0.14 format page 4.4). That the package's own trees come out is tested with its CARs.
#include "formats/member_tree_14.hpp"

#include <algorithm>
#include <map>

#include "crypto/sha256.hpp"
#include "ipld/dag_cbor.hpp"
#include "support/catch.hpp"
#include "support/hex.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

using member_tree_14::Node;

// A member whose digest ends with this number, and begins with another.
Cid member(std::uint32_t start, std::uint32_t last_four) {
  Bytes digest;
  append_le32(digest, start);
  digest.resize(28);
  append_le32(digest, last_four);
  return Cid::sha256(codec::kSealed14, digest);
}

std::vector<Cid> random_members(std::size_t count) {
  Random random;
  std::vector<Cid> members;
  for (std::size_t i = 0; i < count; ++i)
    members.push_back(Cid::sha256(codec::kSealed14, random.bytes(32)));
  return members;
}

Result<std::vector<Cid>> read(const std::vector<Node>& nodes) {
  return member_tree_14::read(nodes.back().cid, [&](const Cid& cid) -> std::optional<ByteView> {
    for (const Node& node : nodes) {
      if (node.cid == cid) return node.data;
    }
    return std::nullopt;
  });
}

// Reads a tree of one made-up node.
Result<std::vector<Cid>> read_block(const Bytes& block) {
  return read({{cid_of(codec::kDagCbor, block), block}});
}

Bytes map_block(std::vector<std::pair<std::string, Value>> members) {
  return dag_cbor::encode(Value(Map(std::move(members))));
}

constexpr std::uint32_t kBoundary = 143165576;

}  // namespace

TEST_CASE("members that cut nowhere make one leaf that is not closed", "[formats]") {
  // The values that the format page gives for the members of fixture a's first CAR, which lie in one leaf.
  std::vector<Cid> members;
  std::uint32_t start = 0;
  for (const std::uint32_t last :
       {1278306681U, 4283811078U, 3340977212U, 3838807604U, 828368177U}) {
    members.push_back(member(start++, last));
  }
  const auto nodes = member_tree_14::build(members);
  REQUIRE(nodes.size() == 1);
  const auto leaf = dag_cbor::decode(nodes[0].data);
  CHECK(leaf->find<List>("leaf")->size() == 5);
  CHECK_FALSE(*leaf->find<bool>("closed"));
}

TEST_CASE("a run ends after a member whose last four digest bytes are at most 143165576",
          "[formats]") {
  CHECK(member_tree_14::build({member(1, kBoundary), member(2, kBoundary + 1)}).size() ==
        3);  // two leaves, one branch
  CHECK(member_tree_14::build({member(1, kBoundary + 1), member(2, kBoundary + 1)}).size() == 1);
  const auto closed = member_tree_14::build({member(1, kBoundary + 1), member(2, kBoundary)});
  REQUIRE(closed.size() == 1);
  CHECK(*dag_cbor::decode(closed[0].data)->find<bool>("closed"));
}

TEST_CASE("members are sorted by bytes and made unique", "[formats]") {
  const auto nodes = member_tree_14::build(
      {member(3, kBoundary + 1), member(1, kBoundary + 1), member(3, kBoundary + 1)});
  const auto members = read(nodes);
  REQUIRE(members);
  CHECK((*members == std::vector{member(1, kBoundary + 1), member(3, kBoundary + 1)}));
}

TEST_CASE("trees of any size give their members back, in the order of their bytes", "[formats]") {
  for (const std::size_t count : {1U, 2U, 29U, 30U, 31U, 100U, 1'000U, 20'000U}) {
    INFO(count);
    std::vector<Cid> members = random_members(count);
    const auto nodes = member_tree_14::build(members);
    std::map<std::string, const Node*> by_name;
    for (const Node& node : nodes) by_name.emplace(node.cid.text(), &node);
    const auto found =
        member_tree_14::read(nodes.back().cid, [&](const Cid& cid) -> std::optional<ByteView> {
          const auto at = by_name.find(cid.text());
          return at == by_name.end() ? std::nullopt : std::optional<ByteView>(at->second->data);
        });
    REQUIRE(found);
    std::sort(members.begin(), members.end(), CidByteOrder());
    CHECK((*found == members));
    if (count == 20'000) CHECK(nodes.size() > 600);
  }
}

TEST_CASE("what a minimal writer makes is read too: one leaf, unsorted, with any closed",
          "[formats]") {
  const Cid a = member(1, 0);
  const Cid b = member(2, 0);
  for (const bool closed : {true, false}) {
    const auto members = read_block(
        map_block({{"leaf", Value(List{Value(b), Value(a)})}, {"closed", Value(closed)}}));
    REQUIRE(members);
    CHECK((*members == std::vector{b, a}));
  }
}

TEST_CASE("malformed nodes are corrupt-car", "[formats]") {
  const Cid a = member(1, 0);
  const Value closed(true);
  const std::vector<std::pair<std::string, Bytes>> blocks{
      {"no DAG-CBOR", {0xff}},
      {"a list", dag_cbor::encode(Value(List()))},
      {"no closed", map_block({{"leaf", Value(List{Value(a)})}})},
      {"closed is no boolean",
       map_block({{"leaf", Value(List{Value(a)})}, {"closed", Value::integer(1)}})},
      {"neither leaf nor branch", map_block({{"closed", closed}})},
      {"a leaf of texts",
       map_block({{"leaf", Value(List{Value(std::string("a"))})}, {"closed", closed}})},
      {"a branch without entries",
       map_block({{"branch", Value(List{Value::integer(1)})}, {"closed", closed}})},
      {"a branch of links",
       map_block({{"branch", Value(List{Value::integer(1), Value(List{Value(a)})})},
                  {"closed", closed}})},
      {"a child that is missing",
       map_block({{"branch",
                   Value(List{Value::integer(1), Value(List{Value(List{Value(a), Value(a)})})})},
                  {"closed", closed}})}};
  for (const auto& [what, block] : blocks) {
    INFO(what);
    const auto members = read_block(block);
    REQUIRE(!members);
    CHECK(members.error().code == ErrorCode::kCorruptCar);
  }
}

TEST_CASE("a tree that leads back to a node is refused, not followed", "[formats]") {
  // Hashes forbid a cycle, but a node that is named twice would let small trees grow without end.
  const Cid name = member(1, 0);
  const Value pair(List{Value(name), Value(name)});
  const Bytes block =
      map_block({{"branch", Value(List{Value::integer(1), Value(List{pair, pair})})},
                 {"closed", Value(true)}});
  const auto members =
      member_tree_14::read(name, [&](const Cid&) { return std::optional<ByteView>(block); });
  REQUIRE(!members);
  CHECK(members.error().code == ErrorCode::kCorruptCar);
}

}  // namespace fireproof::test
