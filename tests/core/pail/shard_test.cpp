// Shard blocks (format pages 0.14 section 6.1, 0.24 section 7.1).
#include <iostream>
#include <map>

#include "ipld/dag_cbor.hpp"
#include "pail/shard.hpp"
#include "support/blocks.hpp"
#include "support/catch.hpp"
#include "support/hex.hpp"
#include "support/opened_fixture.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

Value links(std::initializer_list<Cid> cids) {
  List list;
  for (const Cid& cid : cids) list.emplace_back(cid);
  return Value(std::move(list));
}

Value entry(Value key, Value content) {
  List pair;
  pair.push_back(std::move(key));
  pair.push_back(std::move(content));
  return Value(std::move(pair));
}

Value text(std::string_view content) { return Value(std::string(content)); }

Bytes shard_of(std::vector<Value> entries) { return dag_cbor::encode(Value(std::move(entries))); }

// A 0.24 shard with these members replaced or added; a null value takes a member away.
Bytes shard24_with(std::vector<std::pair<std::string, std::optional<Value>>> changes) {
  std::map<std::string, Value> members;
  members["prefix"] = text("");
  members["entries"] = Value(List());
  members["version"] = Value::integer(1);
  members["keyChars"] = text("ascii");
  members["maxKeySize"] = Value::integer(4096);
  for (auto& [name, value] : changes) {
    members.erase(name);
    if (value) members.emplace(name, std::move(*value));
  }
  return dag_cbor::encode(Value(Map(members.begin(), members.end())));
}

// Entries that no writer makes, with what is wrong about them.
std::vector<std::pair<std::string, Value>> malformed_entries() {
  const Cid a = value_cid(1);
  return {{"no list", text("a")},
          {"no content", Value(List{text("a")})},
          {"three members", Value(List{text("a"), Value(a), Value(a)})},
          {"a key that is no text", entry(Value::integer(1), Value(a))},
          {"a key of bytes", entry(Value(Bytes{97}), Value(a))},
          {"a value that is no link", entry(text("a"), text("b"))},
          {"a value of null", entry(text("a"), Value())},
          {"no links", entry(text("a"), Value(List()))},
          {"three links", entry(text("a"), links({a, a, a}))},
          {"a subtree that is no link", entry(text("a"), Value(List{text("b")}))},
          {"a map", entry(text("a"), Value(Map()))}};
}

}  // namespace

TEST_CASE("the empty shard is one byte in 0.14 and 56 bytes in 0.24", "[pail]") {
  CHECK(to_hex(shard14::encode({})) == "80");
  const Bytes empty = shard24::encode({});
  CHECK(empty.size() == 56);
  CHECK(cid_of(codec::kDagCbor, empty).text() ==
        "bafyreihh6nbfbhgkf5lz7hhsscjgiquw426rxzr3fprbgonekzmyvirrhe");
}

TEST_CASE("every shard of every fixture comes back byte for byte when it is encoded again",
          "[pail][fixtures]") {
  int shards = 0;
  for (const Fixture& fixture : fixtures()) {
    INFO(fixture.name);
    const OpenedFixture opened(fixture);
    int in_this = 0;
    for (const auto& [car, content] : opened.cars) {
      for (const OpenedBlock& block : content.blocks) {
        const auto shard = opened.format.shards().decode(block.data);
        if (block.cid.codec() != codec::kDagCbor || !shard) continue;
        if (!equal(opened.format.shards().encode(*shard), block.data)) FAIL(block.cid.text());
        if (&opened.format == &format_14()) {
          std::size_t size = dag_cbor::head_size(shard->entries.size());
          for (const ShardEntry& one : shard->entries) size += shard14::entry_size(one);
          CHECK(size == block.data.size());
        }
        ++in_this;
      }
    }
    CHECK(in_this > 0);
    shards += in_this;
  }
  std::cout << "pail, shards encoded again: " << shards << " shards\n";
}

TEST_CASE("a shard with a malformed entry is refused", "[pail]") {
  for (const auto& [what, malformed] : malformed_entries()) {
    INFO(what);
    const auto as14 = shard14::decode(shard_of({entry(text("a"), Value(value_cid(1))), malformed}));
    REQUIRE(!as14);
    CHECK(as14.error().code == ErrorCode::kCorruptBlock);
    const auto as24 = shard24::decode(shard24_with({{"entries", Value(List{malformed})}}));
    REQUIRE(!as24);
    CHECK(as24.error().code == ErrorCode::kCorruptBlock);
  }
}

TEST_CASE("something that is no shard at all is refused", "[pail]") {
  for (const Value& value : {Value(), Value(Map()), text("shard"), Value::integer(0)}) {
    CHECK(!shard14::decode(dag_cbor::encode(value)));
    CHECK(!shard24::decode(dag_cbor::encode(value)));
  }
  CHECK(!shard14::decode({}));
  CHECK(!shard24::decode({}));
  CHECK(!shard14::decode(from_hex("8080")));        // left-over bytes
  CHECK(!shard14::decode(from_hex("9fff")));        // indefinite length
  CHECK(!shard14::decode(from_hex("9a7fffffff")));  // more entries than bytes
}

TEST_CASE("a 0.24 shard needs entries and version 1; members it does not know are passed over",
          "[pail]") {
  CHECK(shard24::decode(shard24_with({})));
  CHECK(shard24::decode(shard24_with({{"later", text("x")}})));
  CHECK(shard24::decode(shard24_with({{"keyChars", std::nullopt}, {"maxKeySize", std::nullopt}})));
  CHECK(!shard24::decode(shard24_with({{"entries", std::nullopt}})));
  CHECK(!shard24::decode(shard24_with({{"version", Value::integer(2)}})));
  CHECK(!shard24::decode(shard24_with({{"version", text("1")}})));
  CHECK(!shard24::decode(shard24_with({{"prefix", Value::integer(1)}})));
  CHECK(!shard24::decode(shard24_with({{"entries", Value(Map())}})));
  CHECK(!shard24::decode(from_hex("a2 67656e7472696573 80 67656e7472696573 80")));  // entries twice
}

TEST_CASE("20,000 damaged shards are refused, or encode to something that is read equal",
          "[pail]") {
  Random random;
  INFO(random.repeat());
  Shard shard;
  for (std::uint64_t i = 0; i < 4; ++i) {
    ShardEntry one{std::string(1, static_cast<char>('a' + i)), value_cid(i), {}};
    if (i > 1) one.child = value_cid(100 + i);
    if (i == 3) one.value.reset();
    shard.entries.push_back(one);
  }
  int accepted = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Bytes as14 = mutated(shard14::encode(shard), random);
    if (const auto read = shard14::decode(as14)) {
      ++accepted;
      if (!shard14::decode(shard14::encode(*read))) FAIL(to_hex(as14));
    }
    const Bytes as24 = mutated(shard24::encode(shard), random);
    if (const auto read = shard24::decode(as24)) {
      ++accepted;
      if (!shard24::decode(shard24::encode(*read))) FAIL(to_hex(as24));
    }
  }
  CHECK(accepted > 0);
  CHECK(accepted < 20'000);
  std::cout << "pail, damaged shards: 20000 blocks, " << accepted << " still shards\n";
}

}  // namespace fireproof::test
