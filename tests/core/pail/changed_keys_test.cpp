// Comparing two trees, held against maps.
#include <map>

#include "crypto/sha256.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/trees.hpp"

namespace fireproof::test {
namespace {

using Content = std::map<std::string, Cid>;

// A tree and what it holds.
struct Grown {
  explicit Grown(const ShardRules& rules) : tree(rules) {}

  void put(const std::string& key, const Cid& value) {
    tree.put(key, value);
    content.insert_or_assign(key, value);
  }
  void remove(const std::string& key) {
    tree.remove(key);
    content.erase(key);
  }

  Tree tree;
  Content content;
};

std::vector<std::string> differing(const Content& a, const Content& b) {
  std::vector<std::string> keys;
  Content all = a;
  all.insert(b.begin(), b.end());
  for (const auto& [key, value] : all) {
    const auto in_a = a.find(key);
    const auto in_b = b.find(key);
    const bool same = in_a != a.end() && in_b != b.end() && in_a->second == in_b->second;
    if (!same) keys.push_back(key);
  }
  return keys;
}

Cid random_value(Random& random) { return cid_of(codec::kDagCbor, random.bytes(4)); }

std::string random_key(Random& random) {
  std::string key;
  for (std::size_t n = 1 + random.below(12); n > 0; --n)
    key.push_back(static_cast<char>('a' + random.below(3)));
  return key;
}

void edit(Grown& grown, Random& random) {
  const std::string key = random_key(random);
  if (random.one_in(5) && !grown.content.empty()) {
    grown.remove(key);
  } else {
    grown.put(key, random_value(random));
  }
}

// Remembers how many different blocks were asked for.
class Counting final : public BlockSource {
 public:
  explicit Counting(Blocks& blocks) : blocks_(blocks) {}
  std::optional<ByteView> find(const Cid& cid) override {
    ++asked;
    return blocks_.find(cid);
  }
  int asked = 0;

 private:
  Blocks& blocks_;
};

}  // namespace

TEST_CASE("two trees of one origin differ where their maps differ", "[pail]") {
  Random random;
  INFO(random.repeat());
  const auto small = make_shard_rules_14(700);
  for (const ShardRules* rules : {&shard_rules_24(), static_cast<const ShardRules*>(small.get())}) {
    for (int round = 0; round < 60; ++round) {
      Grown a(*rules);
      Grown b(*rules);
      a.put("first", random_value(random));
      for (std::size_t n = random.below(60); n > 0; --n) edit(a, random);
      for (const auto& [key, value] : a.content) b.put(key, value);  // in another order
      for (std::size_t n = random.below(20); n > 0; --n) edit(a, random);
      for (std::size_t n = random.below(20); n > 0; --n) edit(b, random);
      for (const NewBlock& block : b.tree.made()) a.tree.blocks().add(block.cid, block.data);
      struct Both final : BlockSource {
        Both(Blocks& one, Blocks& two) : one_(one), two_(two) {}
        std::optional<ByteView> find(const Cid& cid) override {
          const auto found = one_.find(cid);
          return found ? found : two_.find(cid);
        }
        Blocks& one_;
        Blocks& two_;
      } blocks(a.tree.blocks(), b.tree.blocks());
      const auto changed = tree::changed_keys(*rules, *a.tree.root(), *b.tree.root(), blocks);
      REQUIRE(changed);
      CHECK(*changed == differing(a.content, b.content));
    }
  }
}

TEST_CASE("what two large trees share is not looked at", "[pail]") {
  Random random(5);
  Grown grown(shard_rules_24());
  for (int n = 0; n < 3000; ++n)
    grown.put("doc-" + std::to_string(10000 + n), random_value(random));
  const Cid before = *grown.tree.root();
  grown.put("doc-11234", random_value(random));
  Counting blocks(grown.tree.blocks());
  const auto changed = tree::changed_keys(shard_rules_24(), before, *grown.tree.root(), blocks);
  REQUIRE(changed);
  CHECK(*changed == std::vector<std::string>{"doc-11234"});
  CHECK(blocks.asked <= 20);  // two ways from a root to a leaf
}

}  // namespace fireproof::test
