#include <algorithm>
#include <set>

#include "ipld/dag_cbor_reader.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

TEST_CASE("DAG-CBOR sorts keys by length, then by bytes") {
  const std::vector<std::string> ascending{"", "a", "b", "\x7f", "\xc3", "aa", "ab", "ba", "aaa"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      CAPTURE(ascending[i], ascending[j]);
      CHECK(DagCborKeyOrder{}(ascending[i], ascending[j]) == (i < j));
    }
  }
}

TEST_CASE("duplicate keys are found in whatever order keys come") {
  Random random;
  INFO(random.repeat());
  for (int i = 0; i < 2'000; ++i) {
    std::vector<std::string> keys;
    for (std::size_t count = random.below(12); count > 0; --count) {
      keys.emplace_back(random.below(3), static_cast<char>('a' + random.below(6)));
    }
    if (random.one_in(2)) std::sort(keys.begin(), keys.end(), DagCborKeyOrder{});
    UniqueKeys unique;
    std::set<std::string> expected;
    for (const std::string& key : keys) {
      if (unique.insert(key) != expected.insert(key).second) FAIL("case " << i << ", key " << key);
    }
  }
}

}  // namespace
}  // namespace fireproof::test
