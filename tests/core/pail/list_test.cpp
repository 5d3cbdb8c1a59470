// Reading trees (format pages 0.14 section 6.3, 0.24 section 7.2), held against a std::map.
#include <algorithm>
#include <iostream>
#include <map>

#include "base/text.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/trees.hpp"

namespace fireproof::test {
namespace {

using Order = bool (*)(const std::string&, const std::string&);
using Content = std::map<std::string, Cid, Order>;

bool by_byte(const std::string& a, const std::string& b) { return a < b; }
bool by_unit(const std::string& a, const std::string& b) { return Utf16Order{}(a, b); }

// How one generation's trees are made at random.
struct Kind {
  const char* name;
  const ShardRules& rules;
  Order order;
  std::vector<std::string> alphabet;
  std::size_t longest;  // characters of a key
};

std::vector<Kind> kinds() {
  static const auto small = make_shard_rules_14(1000);
  // Characters of one, two and three bytes, and those around the surrogates, which UTF-16 and UTF-8 order differently.
  const std::vector<std::string> letters{"a", "b", "c", "\xC3\xA9", "\xEE\x80\x80", "\xEF\xBF\xBD"};
  std::vector<std::string> with_pair = letters;
  with_pair.emplace_back("\xF0\x9F\x98\x80");
  return {{"0.24", shard_rules_24(), by_byte, {"a", "b", "c"}, 8},
          {"0.24, long keys", shard_rules_24(), by_byte, {"x", "y"}, 60},
          {"0.14", shard_rules_14(), by_unit, with_pair, 10},
          {"0.14, small shards", *small, by_unit, letters, 12},
          {"0.14, keys of several pieces", *small, by_unit, {"kkkkkkkkkkkkkkkk", "a", "b"}, 14}};
}

std::string random_key(const Kind& kind, Random& random) {
  std::string key;
  for (std::size_t n = 1 + random.below(kind.longest); n > 0; --n)
    key += kind.alphabet[random.below(kind.alphabet.size())];
  return key;
}

std::vector<std::string> expected(const Content& content, const KeyRange& range, Order less) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : content) {
    const bool inside = key.starts_with(range.prefix) && !(range.from && less(key, *range.from)) &&
                        !(range.to && less(*range.to, key));
    if (inside) keys.push_back(key);
  }
  if (range.descending) std::reverse(keys.begin(), keys.end());
  if (keys.size() > range.limit) keys.resize(range.limit);
  return keys;
}

// A range that takes what it is made of from keys that are there, or nearly.
KeyRange random_range(const Content& content, const Kind& kind, Random& random) {
  const auto some_key = [&] {
    if (random.one_in(3)) return random_key(kind, random);
    auto at = content.begin();
    std::advance(at, random.below(content.size()));
    return at->first;
  };
  KeyRange range;
  if (random.one_in(3)) {
    const std::u16string units = to_utf16(some_key());
    range.prefix = to_utf8(units.substr(0, random.below(units.size() + 1)));
  }
  if (random.one_in(2)) range.from = some_key();
  if (random.one_in(2)) range.to = some_key();
  range.descending = random.one_in(2);
  if (random.one_in(3)) range.limit = random.below(content.size() + 2);
  return range;
}

std::string describe(const KeyRange& range) {
  return "prefix \"" + range.prefix + "\" from \"" + range.from.value_or("-") + "\" to \"" +
         range.to.value_or("-") + (range.descending ? "\" descending, " : "\" ascending, ") +
         std::to_string(range.limit);
}

}  // namespace

TEST_CASE("a tree gives what a map gives, for every key and for any range", "[pail]") {
  Random random;
  INFO(random.repeat());
  int trees = 0;
  int ranges = 0;
  for (const Kind& kind : kinds()) {
    INFO(kind.name);
    for (int n = 0; n < 20; ++n) {
      Content content(kind.order);
      Tree tree(kind.rules);
      for (std::size_t puts = 1 + random.below(60); puts > 0; --puts) {
        const std::string key = random_key(kind, random);
        const Cid value = value_cid(random.next());
        content.insert_or_assign(key, value);
        tree.put(key, value);
      }
      ++trees;
      for (const auto& [key, value] : content) {
        if (tree.get(key) != value) FAIL("get of \"" << key << "\"");
      }
      for (int i = 0; i < 40; ++i) {
        const std::string key = random_key(kind, random);
        if (tree.get(key).has_value() != content.contains(key)) FAIL("get of \"" << key << "\"");
      }
      for (int i = 0; i < 40; ++i) {
        const KeyRange range = i == 0 ? KeyRange() : random_range(content, kind, random);
        std::vector<std::string> keys;
        for (const tree::Entry& entry : tree.list(range)) {
          keys.push_back(entry.key);
          if (content.at(entry.key) != entry.value) FAIL("value of \"" << entry.key << "\"");
        }
        if (keys != expected(content, range, kind.order)) FAIL(describe(range));
        ++ranges;
      }
    }
  }
  std::cout << "pail, trees against maps: " << trees << " trees, " << ranges << " ranges\n";
}

TEST_CASE("puts and removals in any order leave what a map has", "[pail]") {
  Random random;
  INFO(random.repeat());
  int edits = 0;
  for (const Kind& kind : kinds()) {
    INFO(kind.name);
    for (int n = 0; n < 10; ++n) {
      Content content(kind.order);
      Tree tree(kind.rules);
      tree.put("a", value_cid(0));
      content.emplace("a", value_cid(0));
      for (int i = 0; i < 120; ++i) {
        ++edits;
        if (random.one_in(2) && !content.empty()) {
          auto at = content.begin();
          std::advance(at, random.below(content.size()));
          tree.remove(at->first);
          content.erase(at);
        } else {
          const std::string key = random_key(kind, random);
          const Cid value = value_cid(random.next());
          tree.put(key, value);
          content.insert_or_assign(key, value);
        }
        const auto entries = tree.list();
        const bool equal =
            std::equal(entries.begin(), entries.end(), content.begin(), content.end(),
                       [](const auto& ours, const auto& theirs) {
                         return ours.key == theirs.first && ours.value == theirs.second;
                       });
        if (!equal) FAIL("after edit " << i);
      }
    }
  }
  std::cout << "pail, puts and removals: " << edits << " edits\n";
}

TEST_CASE("a listing with missing shards asks for all of them at once", "[pail]") {
  Tree tree(shard_rules_24());
  for (const char* key : {"aa", "ab", "ba", "bb", "ca", "cb", "d"}) tree.put(key, value_cid(1));
  const auto root = shard_rules_24().decode(*tree.blocks().find(*tree.root()));
  Blocks only_root;
  only_root.add(*tree.root(), copy_of(*tree.blocks().find(*tree.root())));
  const auto listed = tree::list(shard_rules_24(), *tree.root(), {}, only_root);
  REQUIRE(!listed);
  CHECK(listed.error().code == ErrorCode::kSuspended);
  CHECK(only_root.asked == 4);  // the root and three shards

  SECTION("but not for those outside the range") {
    only_root.asked = 0;
    KeyRange range;
    range.prefix = "b";
    REQUIRE(!tree::list(shard_rules_24(), *tree.root(), range, only_root));
    CHECK(only_root.asked == 2);
    only_root.asked = 0;
    range = {{}, "ca", "ca", false, SIZE_MAX};
    REQUIRE(!tree::list(shard_rules_24(), *tree.root(), range, only_root));
    CHECK(only_root.asked == 2);
  }
  SECTION("nor for those beyond the limit") {
    only_root.asked = 0;
    KeyRange range;
    range.descending = true;
    range.limit = 1;
    const auto last = tree::list(shard_rules_24(), *tree.root(), range, only_root);
    REQUIRE(last);
    CHECK(last->front().key == "d");
    CHECK(only_root.asked == 1);
  }
}

TEST_CASE("a get with a missing shard is suspended, not answered", "[pail]") {
  Tree tree(shard_rules_24());
  tree.put("aa", value_cid(1));
  tree.put("ab", value_cid(2));
  const auto root = shard_rules_24().decode(*tree.blocks().find(*tree.root()));
  tree.blocks().remove(*root->entries[0].child);
  const auto value = tree::get(shard_rules_24(), *tree.root(), "ab", tree.blocks());
  REQUIRE(!value);
  CHECK(value.error().code == ErrorCode::kSuspended);
  CHECK(!tree.get("b"));
}

}  // namespace fireproof::test
