// Trees as deep as keys allow, and deeper ones that only an attacker makes.
#include <iostream>

#include "support/catch.hpp"
#include "support/small_stack.hpp"
#include "support/trees.hpp"

namespace fireproof::test {
namespace {

const std::string& long_key() {
  static const std::string key(4096, 'k');
  return key;
}

// A chain of `depth` links of one character, made without the editor; its root.
Cid chain_24(Blocks& blocks, int depth) {
  Cid child = blocks.add(shard24::encode({{}, {{"end", value_cid(1), {}}}}));
  for (int i = 0; i < depth; ++i) child = blocks.add(shard24::encode({{}, {{"k", {}, child}}}));
  return child;
}

}  // namespace

TEST_CASE(
    "two keys of 4,096 characters that share all but the last make 4,095 links and no overflow",
    "[pail]") {
  std::size_t shards = 0;
  std::size_t listed = 0;
  bool found = false;
  bool third_added = false;
  on_small_stack([&] {
    Tree tree(shard_rules_24());
    const std::string first = long_key().substr(1) + "1";
    const std::string second = long_key().substr(1) + "2";
    tree.put(first, value_cid(1));
    tree.put(second, value_cid(2));
    shards = tree.made().size();
    listed = tree.list().size();
    found = tree.get(first) == value_cid(1) && tree.get(second) == value_cid(2);
    tree.put(long_key(), value_cid(3));
    third_added = tree.list().size() == 3;
    tree.remove(second);
    third_added = third_added && tree.list().size() == 2;
  });
  CHECK(shards == 4096);
  CHECK(listed == 2);
  CHECK(found);
  CHECK(third_added);
}

TEST_CASE("a 0.14 key of 100,000 units makes a chain of 1,563 shards and no overflow", "[pail]") {
  std::size_t shards = 0;
  bool found = false;
  on_small_stack([&] {
    const std::string key(100'000, 'k');
    Tree tree(shard_rules_14());
    tree.put(key, value_cid(1));
    shards = tree.made().size();
    found = tree.get(key) == value_cid(1) && tree.list().size() == 1;
    tree.remove(key);
    found = found && tree.list().empty();
  });
  CHECK(shards == 1563);
  CHECK(found);
}

TEST_CASE("a chain of shards deeper than any key is refused, by every operation", "[pail]") {
  std::vector<std::optional<ErrorCode>> codes;
  on_small_stack([&] {
    Blocks blocks;
    const Cid root = chain_24(blocks, 20'000);
    const std::string key(30'000, 'k');
    const auto note = [&](const auto& result) {
      codes.push_back(result ? std::nullopt : std::optional<ErrorCode>(result.error().code));
    };
    note(tree::list(shard_rules_24(), root, {}, blocks));
    note(tree::get(shard_rules_24(), root, key, blocks));
    TreeEditor editor(shard_rules_24(), blocks, root);
    note(editor.put(long_key(), value_cid(1)));
    note(editor.remove(key));
    (void)editor.finish();
  });
  // 4,096 characters end within the chain, so that the put succeeds; the removal finds nothing.
  REQUIRE(codes.size() == 4);
  CHECK(codes[0] == ErrorCode::kCorruptBlock);
  CHECK(codes[1] == ErrorCode::kCorruptBlock);
  CHECK(codes[2] == std::nullopt);
  CHECK(codes[3] == std::nullopt);
}

TEST_CASE("a 0.14 chain that never ends is refused by a put", "[pail]") {
  std::optional<ErrorCode> code;
  on_small_stack([&] {
    Blocks blocks;
    Cid child = blocks.add(shard14::encode({}));
    for (int i = 0; i < 20'000; ++i) child = blocks.add(shard14::encode({{}, {{"k", {}, child}}}));
    TreeEditor editor(shard_rules_14(), blocks, child);
    const Status status = editor.put(std::string(30'000, 'k'), value_cid(1));
    if (!status) code = status.error().code;
  });
  CHECK(code == ErrorCode::kCorruptBlock);
}

TEST_CASE("entries with an empty key do not lead in circles", "[pail]") {
  // Every link consumes nothing, so only the depth ends the walk.
  for (const ShardRules* rules : {&shard_rules_14(), &shard_rules_24()}) {
    Blocks blocks;
    Cid child = blocks.add(rules->encode({{}, {{"a", value_cid(1), {}}}}));
    for (int i = 0; i < 6'000; ++i) child = blocks.add(rules->encode({{}, {{"", {}, child}}}));
    const auto listed = tree::list(*rules, child, {}, blocks);
    REQUIRE(!listed);
    CHECK(listed.error().code == ErrorCode::kCorruptBlock);
    CHECK(!tree::get(*rules, child, "a", blocks));
    TreeEditor editor(*rules, blocks, child);
    const Status put = editor.put("a", value_cid(2));
    CHECK((put || put.error().code == ErrorCode::kCorruptBlock));
    CHECK(editor.remove("a"));
  }
}

}  // namespace fireproof::test
