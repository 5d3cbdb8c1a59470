// How a put grows a 0.24 tree (format page 7.2 to 7.4).
#include <algorithm>
#include <iostream>

#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/trees.hpp"

namespace fireproof::test {
namespace {

// A 0.24 tree after puts of these keys; the n-th put has the value "n", from 1.
class Puts {
 public:
  Puts() : tree(shard_rules_24()) {}
  Puts(std::initializer_list<std::string_view> keys) : Puts() {
    for (const std::string_view key : keys) put(key);
  }

  void put(std::string_view key) {
    const Cid value = value_cid(++count_);
    names_[value.text()] = std::to_string(count_);
    tree.put(key, value);
  }
  std::string text() { return tree.text(names_); }

  Tree tree;

 private:
  std::uint64_t count_ = 0;
  std::map<std::string, std::string> names_;
};

}  // namespace

TEST_CASE("keys with different first characters stand side by side, in byte order", "[pail]") {
  CHECK(Puts{"b", "a", "~", " ", "B"}.text() == " =4 B=5 a=2 b=1 ~=3");
}

TEST_CASE("a put of a key that is there replaces its value", "[pail]") {
  CHECK(Puts{"abc", "x", "abc"}.text() == "abc=3 x=2");
}

TEST_CASE("keys that share one character are split into a shard below it", "[pail]") {
  CHECK(Puts{"ab", "ac"}.text() == "a>{b=1 c=2}");
  CHECK(Puts{"ac", "ab"}.text() == "a>{b=2 c=1}");
  CHECK(Puts{"axxx", "bcde", "ayyy"}.text() == "a>{xxx=1 yyy=3} bcde=2");
}

TEST_CASE("each shared character is a link of its own", "[pail]") {
  CHECK(Puts{"abcd1", "abcd2"}.text() == "a>{b>{c>{d>{1=1 2=2}}}}");
  CHECK(Puts{"abcd12", "abcd34"}.text() == "a>{b>{c>{d>{12=1 34=2}}}}");
}

TEST_CASE("an old key that is the beginning of the new one keeps its value on the link", "[pail]") {
  CHECK(Puts{"a", "ab"}.text() == "a=1>{b=2}");
  CHECK(Puts{"abc", "abcdef"}.text() == "a>{b>{c=1>{def=2}}}");
}

TEST_CASE("a new key that is the beginning of the old one puts its value on the link", "[pail]") {
  CHECK(Puts{"ab", "a"}.text() == "a=2>{b=1}");
  CHECK(Puts{"abcdef", "abc"}.text() == "a>{b>{c=2>{def=1}}}");
}

TEST_CASE("a put goes down the links as far as they match", "[pail]") {
  CHECK(Puts{"abc", "abd", "abe"}.text() == "a>{b>{c=1 d=2 e=3}}");
  CHECK(Puts{"abc", "abd", "xy", "aq"}.text() == "a>{b>{c=1 d=2} q=4} xy=3");
  CHECK(Puts{"abc", "abd", "ab"}.text() == "a>{b=3>{c=1 d=2}}");
  CHECK(Puts{"abc", "abd", "ab", "ab"}.text() == "a>{b=4>{c=1 d=2}}");
  CHECK(Puts{"abc", "abd", "a"}.text() == "a=3>{b>{c=1 d=2}}");
}

TEST_CASE("a split below a link carries the whole way in its prefix", "[pail]") {
  CHECK(Puts{"ab1x", "ab2y", "ab1z"}.text() == "a>{b>{1>{x=1 z=3} 2y=2}}");
  CHECK(Puts{"ab1x", "ab2y", "ab1"}.text() == "a>{b>{1=3>{x=1} 2y=2}}");
}

TEST_CASE("chains grow at both ends of a key", "[pail]") {
  CHECK(Puts{"aaaa", "aaa", "aa", "a"}.text() == "a=4>{a=3>{a=2>{a=1}}}");
  CHECK(Puts{"a", "aa", "aaa", "aaaa"}.text() == "a=1>{a=2>{a=3>{a=4}}}");
}

TEST_CASE("new shards are made children first, in the order of the entries, the root last",
          "[pail]") {
  Puts puts;
  puts.put("ab1");
  CHECK(puts.tree.made().size() == 1);
  puts.put("ab2");
  std::vector<std::string> prefixes;
  for (const NewBlock& block : puts.tree.made())
    prefixes.push_back(shard24::decode(block.data)->prefix);
  CHECK(prefixes == std::vector<std::string>{"ab", "a", ""});
}

TEST_CASE("a put that changes nothing makes no shard and leaves the root", "[pail]") {
  Puts puts{"abc", "abd"};
  const Cid root = *puts.tree.root();
  puts.tree.put("abc", value_cid(1));
  CHECK(puts.tree.root() == root);
  CHECK(puts.tree.made().empty());
}

TEST_CASE("a batch encodes each changed shard once, at the end", "[pail]") {
  Blocks blocks;
  TreeEditor editor(shard_rules_24(), blocks, std::nullopt);
  for (const char* key : {"ab1", "ab2", "ac", "x"}) REQUIRE(editor.put(key, value_cid(1)));
  const auto finished = editor.finish();
  std::vector<std::string> prefixes;
  for (const NewBlock& block : finished.blocks)
    prefixes.push_back(shard24::decode(block.data)->prefix);
  CHECK(prefixes == std::vector<std::string>{"ab", "a", ""});
}

TEST_CASE("the tree of a set of keys does not depend on the order of their puts", "[pail]") {
  Random random;
  INFO(random.repeat());
  int orders = 0;
  for (int i = 0; i < 100; ++i) {
    std::map<std::string, Cid> content;
    while (content.size() < 20) {
      std::string key;
      for (std::size_t n = 1 + random.below(6); n > 0; --n)
        key.push_back(static_cast<char>('a' + random.below(3)));
      content.emplace(key, value_cid(content.size()));
    }
    std::vector<std::pair<std::string, Cid>> puts(content.begin(), content.end());
    std::optional<Cid> root;
    for (int order = 0; order < 5; ++order) {
      for (std::size_t n = puts.size(); n > 1; --n) std::swap(puts[n - 1], puts[random.below(n)]);
      Tree tree(shard_rules_24());
      for (const auto& [key, value] : puts) tree.put(key, value);
      if (!root) root = tree.root();
      CHECK(tree.root() == root);
      ++orders;
    }
  }
  std::cout << "pail, 0.24 puts in any order: " << orders << " orders\n";
}

TEST_CASE("a key that 0.24 cannot hold is refused and changes nothing", "[pail]") {
  Blocks blocks;
  for (const std::string& key :
       {std::string(), std::string("\x1f"), std::string("a\x7f"), std::string("é"),
        std::string("a\0b", 3), std::string(4097, 'k')}) {
    TreeEditor editor(shard_rules_24(), blocks, std::nullopt);
    REQUIRE(editor.put("a", value_cid(1)));
    const Cid before = editor.finish().root;
    const Status status = editor.put(key, value_cid(2));
    REQUIRE(!status);
    CHECK(status.error().code == ErrorCode::kCorruptBlock);
    CHECK(editor.finish().root == before);
  }
  TreeEditor editor(shard_rules_24(), blocks, std::nullopt);
  CHECK(editor.put(std::string(4096, 'k'), value_cid(1)));
  CHECK(editor.put(" ~", value_cid(1)));
}

}  // namespace fireproof::test
