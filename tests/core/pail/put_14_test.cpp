// How a put grows a 0.14 tree (format page 6.4).
#include <iostream>

#include "base/text.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/trees.hpp"

namespace fireproof::test {
namespace {

class Puts {
 public:
  explicit Puts(const ShardRules& rules = shard_rules_14()) : tree(rules) {}
  Puts(const ShardRules& rules, std::initializer_list<std::string_view> keys) : tree(rules) {
    for (const std::string_view key : keys) put(key);
  }
  Puts(std::initializer_list<std::string_view> keys) : Puts(shard_rules_14(), keys) {}

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

std::string k(std::size_t count) { return std::string(count, 'k'); }

}  // namespace

TEST_CASE("short keys stand in one shard however much they share", "[pail]") {
  CHECK(Puts{"ab", "a", "abc", "b"}.text() == "a=2 ab=1 abc=3 b=4");
}

TEST_CASE("entries are sorted by UTF-16 unit: U+1F600 comes before U+E000", "[pail]") {
  CHECK(Puts{"\xEE\x80\x80", "\xF0\x9F\x98\x80", "z"}.text() ==
        "z=3 \xF0\x9F\x98\x80=2 \xEE\x80\x80=1");
}

TEST_CASE("a key of more than 64 units is cut into pieces of 64", "[pail]") {
  CHECK(Puts{k(64)}.text() == k(64) + "=1");
  CHECK(Puts{k(65)}.text() == k(64) + ">{k=1}");
  CHECK(Puts{k(128)}.text() == k(64) + ">{" + k(64) + "=1}");
  CHECK(Puts{k(129)}.text() == k(64) + ">{" + k(64) + ">{k=1}}");
  // 64 units, not bytes: this character has one unit and three bytes.
  std::string euros;
  for (int i = 0; i < 64; ++i) euros += "\xE2\x82\xAC";
  CHECK(Puts{euros}.text() == euros + "=1");
}

TEST_CASE("a key of exactly 64 units and a longer one share an entry, whichever came first",
          "[pail]") {
  CHECK(Puts{k(65), k(64)}.text() == k(64) + "=2>{k=1}");
  CHECK(Puts{k(64), k(65)}.text() == k(64) + "=1>{k=2}");
  CHECK(Puts{k(128), k(129)}.text() == k(64) + ">{" + k(64) + "=1>{k=2}}");
  CHECK(Puts{k(64), k(65), k(64)}.text() == k(64) + "=3>{k=2}");
}

TEST_CASE(
    "a shard over the limit gives the keys with the longest common beginning to a shard below",
    "[pail]") {
  // Ten keys of four bytes, 47 bytes each: 471 with the head of the list.
  const auto rules = make_shard_rules_14(4 * 47 + 1);
  CHECK(Puts(*rules, {"aab1", "aac1", "bbb1", "aab2"}).text() == "aab1=1 aab2=4 aac1=2 bbb1=3");
  CHECK(Puts(*rules, {"aab1", "aac1", "bbb1", "aab2", "aab3"}).text() ==
        "aab>{1=1 2=4 3=5} aac1=2 bbb1=3");
  // The search begins at the key just put and wraps round to the others.
  CHECK(Puts(*rules, {"aab1", "aab2", "ccc1", "ddd1", "eee1"}).text() ==
        "aab>{1=1 2=2} ccc1=3 ddd1=4 eee1=5");
}

TEST_CASE("a key that equals the prefix of a split keeps its value beside the link", "[pail]") {
  const auto rules = make_shard_rules_14(4 * 47 + 1);
  CHECK(Puts(*rules, {"aab", "aab1", "aab2", "x", "aab3"}).text() == "aab=1>{1=2 2=3 3=5} x=4");
}

TEST_CASE("a limit that no split can keep is an error", "[pail]") {
  const auto rules = make_shard_rules_14(100);
  Blocks blocks;
  TreeEditor editor(*rules, blocks, std::nullopt);
  REQUIRE(editor.put("a", value_cid(1)));
  REQUIRE(editor.put("b", value_cid(1)));
  const Status status = editor.put("c", value_cid(1));
  REQUIRE(!status);
  CHECK(status.error().code == ErrorCode::kInvalidDocument);
}

TEST_CASE("a shard of exactly the limit is not split", "[pail]") {
  const auto rules = make_shard_rules_14(2 * 47 + 1);
  CHECK(Puts(*rules, {"aab1", "aab2"}).text() == "aab1=1 aab2=2");
  const auto less = make_shard_rules_14(2 * 47);
  CHECK(Puts(*less, {"aab1", "aab2"}).text() == "aab>{1=1 2=2}");
}

TEST_CASE("a removed key is gone, with the shards that it leaves empty", "[pail]") {
  Puts puts{k(65), k(64), "x"};
  puts.tree.remove(k(65));
  CHECK(puts.text() == k(64) + "=2 x=3");
  puts.tree.remove(k(64));
  CHECK(puts.text() == "x=3");
  puts.tree.remove("absent");
  CHECK(puts.tree.made().empty());
  puts.tree.remove("x");
  CHECK(puts.text().empty());
  puts.put(k(200));
  puts.tree.remove(k(200));
  CHECK(puts.text().empty());
  puts.put(k(65));
  puts.put(k(64));
  puts.tree.remove(k(64));
  CHECK(puts.text() == k(64) + ">{k=5}");
}

}  // namespace fireproof::test
