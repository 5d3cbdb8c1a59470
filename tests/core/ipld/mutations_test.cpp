// Damaged input is refused or read; what was read can be written and read again. Run under the sanitizers, these
// tests also show that no parser leaves its input.
#include "ipld/dag_cbor.hpp"
#include "ipld/dag_cbor_reader.hpp"
#include "ipld/dag_json.hpp"
#include "ipld/json.hpp"
#include "support/catch.hpp"
#include "support/hex.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

constexpr int kCases = 20'000;

Value random_value(Random& random, int depth) {
  switch (random.below(depth > 0 ? 9 : 7)) {
    case 0:
      return {};
    case 1:
      return Value(random.one_in(2));
    case 2:
      return Value(Integer{random.next() >> random.below(64), random.one_in(2)});
    case 3:
      return Value(static_cast<double>(random.next()) / 3.0);
    case 4:
      return Value(std::string(random.below(30), static_cast<char>('a' + random.below(26))));
    case 5:
      return Value(random.bytes(random.below(30)));
    case 6:
      return Value(Cid::sha256(codec::kDagCbor, random.bytes(32)));
    case 7: {
      List list;
      for (auto count = random.below(6); count > 0; --count)
        list.push_back(random_value(random, depth - 1));
      return Value(std::move(list));
    }
    default: {
      Map map;
      for (auto count = random.below(6); count > 0; --count) {
        map.emplace_back(std::string(count, 'k'), random_value(random, depth - 1));
      }
      return Value(std::move(map));
    }
  }
}

TEST_CASE("random values come back from DAG-CBOR and DAG-JSON") {
  Random random;
  INFO(random.repeat());
  for (int i = 0; i < 2'000; ++i) {
    const Bytes bytes = dag_cbor::encode(random_value(random, 4));
    const auto value = dag_cbor::decode(bytes);
    if (!value || dag_cbor::encode(*value) != bytes) FAIL("DAG-CBOR " << to_hex(bytes));
    const std::string text = dag_json::encode(*value);
    const auto from_text = dag_json::decode(text);
    if (!from_text || dag_cbor::encode(*from_text) != bytes) FAIL("DAG-JSON " << text);
  }
}

TEST_CASE("20,000 damaged DAG-CBOR items") {
  Random random;
  INFO(random.repeat());
  int accepted = 0;
  for (int i = 0; i < kCases; ++i) {
    const Bytes bytes = mutated(dag_cbor::encode(random_value(random, 4)), random);
    const auto value = dag_cbor::decode(bytes);
    DagCborReader reader(bytes);
    reader.skip();
    reader.end();
    if (reader.ok() != value.has_value()) FAIL("skip and decode disagree on " << to_hex(bytes));
    if (!value) continue;
    ++accepted;
    const Bytes canonical = dag_cbor::encode(*value);
    const auto again = dag_cbor::decode(canonical);
    if (!again || dag_cbor::encode(*again) != canonical)
      FAIL("case " << i << ": " << to_hex(bytes));
  }
  CHECK(accepted > 0);
  CHECK(accepted < kCases);
}

TEST_CASE("20,000 damaged JSON texts") {
  Random random;
  INFO(random.repeat());
  int accepted = 0;
  for (int i = 0; i < kCases; ++i) {
    const std::string valid = dag_json::encode(random_value(random, 4));
    const Bytes bytes = mutated(copy_of(as_bytes(valid)), random);
    const auto plain = json::parse(as_text(bytes));
    const auto value = dag_json::decode(as_text(bytes));
    if (value && !plain) FAIL("DAG-JSON that is no JSON: " << as_text(bytes));
    if (!value) continue;
    ++accepted;
    const std::string canonical = dag_json::encode(*value);
    const auto again = dag_json::decode(canonical);
    if (!again || dag_json::encode(*again) != canonical)
      FAIL("case " << i << ": " << as_text(bytes));
  }
  CHECK(accepted > 0);
  CHECK(accepted < kCases);
}

TEST_CASE("20,000 texts of random bytes are neither JSON nor DAG-CBOR that breaks anything") {
  Random random;
  INFO(random.repeat());
  for (int i = 0; i < kCases; ++i) {
    const Bytes bytes = random.bytes(random.below(64));
    const auto value = dag_cbor::decode(bytes);
    if (value && !dag_cbor::decode(dag_cbor::encode(*value))) FAIL(to_hex(bytes));
    (void)json::parse(as_text(bytes));
  }
}

}  // namespace
}  // namespace fireproof::test
