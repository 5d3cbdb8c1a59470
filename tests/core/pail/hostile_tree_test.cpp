// Trees that no writer makes: whatever is in them, reading and changing them ends, with an error at worst.
#include <algorithm>
#include <iostream>

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/trees.hpp"

namespace fireproof::test {
namespace {

// A tree with unsorted entries, keys that are there twice, empty keys, links with several characters and links to what is no
// shard. Never with a cycle: a block cannot name itself.
Cid random_tree(const ShardRules& rules, Blocks& blocks, Random& random, int depth) {
  const std::vector<std::string> keys{
      "", "a", "b", "ab", "abc", "aa", "ba", std::string(70, 'a'), "\xF0\x9F\x98\x80"};
  Shard shard;
  for (std::size_t n = random.below(5); n > 0; --n) {
    ShardEntry entry{keys[random.below(keys.size())], {}, {}};
    if (depth > 0 && random.one_in(2)) entry.child = random_tree(rules, blocks, random, depth - 1);
    if (random.one_in(20)) entry.child = blocks.add(random.bytes(random.below(40)));
    if (!entry.child || random.one_in(2)) entry.value = value_cid(random.below(100));
    shard.entries.push_back(std::move(entry));
  }
  if (random.one_in(10)) shard.prefix = "wrong";
  return blocks.add(rules.encode(shard));
}

bool is_clean(ErrorCode code) {
  return code == ErrorCode::kCorruptBlock || code == ErrorCode::kSuspended ||
         code == ErrorCode::kInvalidDocument;
}

template <typename Result>
void expect_clean(const Result& result) {
  if (!result && !is_clean(result.error().code)) FAIL(error_name(result.error().code));
}

}  // namespace

TEST_CASE("3,000 malformed trees are read and changed without harm", "[pail]") {
  Random random;
  INFO(random.repeat());
  const auto small = make_shard_rules_14(300);
  int trees = 0;
  for (const ShardRules* rules :
       {&shard_rules_14(), &shard_rules_24(), static_cast<const ShardRules*>(small.get())}) {
    for (int i = 0; i < 1'000; ++i) {
      Blocks blocks;
      const Cid root = random_tree(*rules, blocks, random, 4);
      ++trees;
      expect_clean(tree::list(*rules, root, {}, blocks));
      for (const char* key : {"a", "ab", "abc", "aaaa"}) {
        expect_clean(tree::get(*rules, root, key, blocks));
        TreeEditor editor(*rules, blocks, root);
        expect_clean(editor.put(key, value_cid(1)));
        expect_clean(editor.remove("ab"));
        expect_clean(editor.put(std::string(130, 'a'), value_cid(2)));
        expect_clean(editor.remove("a"));
        const auto finished = editor.finish();
        for (const NewBlock& block : finished.blocks) {
          if (!rules->decode(block.data)) FAIL("the editor made what is no shard");
        }
      }
    }
  }
  std::cout << "pail, malformed trees: " << trees << " trees\n";
}

TEST_CASE("a put into a well-formed part of a tree is read back although other parts are malformed",
          "[pail]") {
  Blocks blocks;
  const Cid junk = blocks.add(Bytes{0xff, 0x00});
  const Cid root = blocks.add(shard24::encode({{}, {{"a", {}, junk}, {"b", value_cid(1), {}}}}));
  TreeEditor editor(shard_rules_24(), blocks, root);
  REQUIRE(editor.put("c", value_cid(2)));
  const Status below_junk = editor.put("ax", value_cid(3));
  REQUIRE(!below_junk);
  CHECK(below_junk.error().code == ErrorCode::kCorruptBlock);
  CHECK(below_junk.error().message.find(junk.text()) != std::string::npos);
  const auto finished = editor.finish();
  for (const NewBlock& block : finished.blocks) blocks.add(block.cid, block.data);
  CHECK(*tree::get(shard_rules_24(), finished.root, "c", blocks) == value_cid(2));
  CHECK(*tree::get(shard_rules_24(), finished.root, "b", blocks) == value_cid(1));
  const auto listed = tree::list(shard_rules_24(), finished.root, {}, blocks);
  REQUIRE(!listed);
  CHECK(listed.error().code == ErrorCode::kCorruptBlock);
}

}  // namespace fireproof::test
