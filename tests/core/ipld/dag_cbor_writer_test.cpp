#include <limits>

#include "ipld/dag_cbor.hpp"
#include "support/catch.hpp"
#include "support/hex.hpp"

namespace fireproof::test {
namespace {

template <typename Write>
std::string written(Write write) {
  Bytes bytes;
  DagCborWriter writer(bytes);
  write(writer);
  return to_hex(bytes);
}

TEST_CASE("heads take the fewest bytes") {
  const auto [argument, tail] = GENERATE(table<std::uint64_t, const char*>({
      {0, ""},
      {23, ""},
      {24, "18"},
      {255, "ff"},
      {256, "0100"},
      {65535, "ffff"},
      {65536, "00010000"},
      {0xFFFFFFFF, "ffffffff"},
      {0x100000000, "0000000100000000"},
      {UINT64_MAX, "ffffffffffffffff"},
  }));
  CAPTURE(argument);
  const std::size_t size = dag_cbor::head_size(argument);
  const auto expected = [&, value = argument, rest = std::string(tail)](unsigned major) {
    if (size == 1) return to_hex(Bytes{static_cast<std::uint8_t>(major << 5 | value)});
    const unsigned info = size == 2 ? 24 : size == 3 ? 25 : size == 5 ? 26 : 27;
    return to_hex(Bytes{static_cast<std::uint8_t>(major << 5 | info)}) + rest;
  };
  const std::uint64_t value = argument;
  CHECK(written([&](DagCborWriter& w) { w.integer({value, false}); }) == expected(0));
  CHECK(written([&](DagCborWriter& w) { w.integer({value, true}); }) == expected(1));
  CHECK(expected(0).size() == 2 * size);
  if constexpr (sizeof(std::size_t) == 8) {
    CHECK(written([&](DagCborWriter& w) { w.list(static_cast<std::size_t>(value)); }) ==
          expected(4));
    CHECK(written([&](DagCborWriter& w) { w.map(static_cast<std::size_t>(value)); }) ==
          expected(5));
  }
  if (value > 70'000) return;
  const std::string text(static_cast<std::size_t>(value), 'x');
  const std::string content = to_hex(as_bytes(text));
  CHECK((written([&](DagCborWriter& w) { w.bytes(as_bytes(text)); }) == expected(2) + content));
  CHECK((written([&](DagCborWriter& w) { w.text(text); }) == expected(3) + content));
}

TEST_CASE("floats are written in 64 bits, whatever their value") {
  const auto number = [](double value) {
    return written([value](DagCborWriter& w) { w.number(value); });
  };
  CHECK(number(0.0) == "fb0000000000000000");
  CHECK(number(-0.0) == "fb8000000000000000");
  CHECK(number(1.5) == "fb3ff8000000000000");
  CHECK(number(5e-324) == "fb0000000000000001");
  CHECK(number(std::numeric_limits<double>::max()) == "fb7fefffffffffffff");
}

TEST_CASE("the other items") {
  CHECK(written([](DagCborWriter& w) { w.null(); }) == "f6");
  CHECK(written([](DagCborWriter& w) { w.boolean(true); }) == "f5");
  CHECK(written([](DagCborWriter& w) { w.boolean(false); }) == "f4");
}

TEST_CASE("a link costs 41 bytes, and 44 to an encrypted block (0.14 format page, section 1.2)") {
  const Bytes digest(32, 0xCC);
  const Cid block = Cid::sha256(codec::kDagCbor, digest);
  const Cid sealed = Cid::sha256(codec::kSealed14, digest);
  CHECK(written([&](DagCborWriter& w) { w.link(block); }) == "d82a58250001711220" + to_hex(digest));
  CHECK(written([&](DagCborWriter& w) { w.link(sealed); }) ==
        "d82a58280001b98ac0011220" + to_hex(digest));
  CHECK(dag_cbor::link_size(block) == 41);
  CHECK(dag_cbor::link_size(sealed) == 44);
  const auto small = Cid::from_bytes(from_hex("01550000"));
  REQUIRE(small);
  CHECK(dag_cbor::link_size(*small) == 8);
}

TEST_CASE("maps are written sorted by length, then bytes, however they were built") {
  const Value map(Map{{"b", Value::integer(1)},
                      {"aa", Value::integer(2)},
                      {"\xc3\xa9", Value::integer(3)},
                      {"a", Value(List{Value(), Value(true)})},
                      {"", Value(Map{})}});
  CHECK(to_hex(dag_cbor::encode(map)) ==
        to_hex(from_hex("a5 60a0 6161 82f6f5 6162 01 626161 02 62c3a9 03")));
}

TEST_CASE("equal values give equal bytes, and come back") {
  const Value value(Map{{"int", Value(Integer{UINT64_MAX, true})},
                        {"float", Value(-0.5)},
                        {"bytes", Value(from_hex("00ff"))},
                        {"text", Value(std::string("\xf0\x9f\x98\x80"))},
                        {"link", Value(Cid::sha256(codec::kRaw, Bytes(32, 1)))},
                        {"list", Value(List{Value(List{}), Value(Map{}), Value(false)})}});
  const Bytes bytes = dag_cbor::encode(value);
  const auto decoded = dag_cbor::decode(bytes);
  REQUIRE(decoded);
  CHECK(dag_cbor::encode(*decoded) == bytes);
  CHECK(*decoded->find<Integer>("int") == Integer{UINT64_MAX, true});
  CHECK(*decoded->find<double>("float") == -0.5);
  CHECK(decoded->find("nothing") == nullptr);
  CHECK(decoded->find<double>("int") == nullptr);
}

}  // namespace
}  // namespace fireproof::test
