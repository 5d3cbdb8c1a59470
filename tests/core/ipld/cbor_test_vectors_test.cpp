// Appendix A of RFC 8949 is CBOR at large. Which of its items are DAG-CBOR, by our profile, is said here once more as
// a rule, by a reader of plain CBOR that shares no code with the core.
#include <cmath>

#include "ipld/dag_cbor.hpp"
#include "support/catch.hpp"
#include "support/corpora.hpp"
#include "support/files.hpp"
#include "support/hex.hpp"

namespace fireproof::test {
namespace {

// Why an item is refused, or which liberty the tolerant reader takes with it; both empty for the canonical form.
struct Verdict {
  std::string refused;
  std::string tolerated;
};

class PlainCbor {
 public:
  explicit PlainCbor(ByteView bytes) : rest_(bytes) {}

  Verdict judge() {
    item();
    if (!rest_.empty()) throw std::runtime_error("not one item of CBOR");
    return verdict_;
  }

 private:
  // Reads one item; false if it was the end of one of indefinite length.
  bool item(bool is_key = false) {
    const unsigned first = byte();
    if (first == 0xFF) return false;
    const unsigned major = first >> 5;
    const unsigned info = first & 31;
    if (is_key && major != 3) refuse("key that is no text");
    if (info == 31) {
      refuse("indefinite length");
      while (item()) {
      }
      return true;
    }
    std::uint64_t argument = info < 24 ? info : 0;
    if (info >= 24) {
      for (unsigned count = 1U << (info - 24); count > 0; --count)
        argument = argument << 8 | byte();
    }
    switch (major) {
      case 2:
      case 3:
        rest_ = rest_.subspan(static_cast<std::size_t>(argument));
        break;
      case 4:
        for (; argument > 0; --argument) item();
        break;
      case 5:
        for (; argument > 0; --argument) item(true), item();
        break;
      case 6:
        if (argument == 2 || argument == 3) refuse("big number");
        if (argument != 42) refuse("tag other than 42");
        item();
        break;
      case 7:
        simple_or_float(info, argument);
        break;
      default:
        break;  // an integer
    }
    return true;
  }

  void simple_or_float(unsigned info, std::uint64_t argument) {
    if (info < 20 || info == 24) refuse("simple value");
    if (info == 23) verdict_.tolerated = "undefined, read as null";
    if (info == 25 || info == 26) verdict_.tolerated = "float of 16 or 32 bits";
    if (info < 25) return;
    const unsigned exponent_bits = info == 25 ? 5 : info == 26 ? 8 : 11;
    const unsigned fraction_bits = info == 25 ? 10 : info == 26 ? 23 : 52;
    const std::uint64_t all_ones = (std::uint64_t{1} << exponent_bits) - 1;
    if ((argument >> fraction_bits & all_ones) == all_ones) refuse("NaN or infinity");
  }

  void refuse(const char* reason) {
    if (verdict_.refused.empty()) verdict_.refused = reason;
  }

  std::uint8_t byte() {
    const std::uint8_t value = rest_[0];
    rest_ = rest_.subspan(1);
    return value;
  }

  ByteView rest_;
  Verdict verdict_;
};

// Equality across JSON and CBOR, where only the latter tells 1 from 1.0.
bool same(const Value& a, const Value& b) {
  const auto as_number = [](const Value& value) -> std::optional<double> {
    if (const auto* number = value.get<double>()) return *number;
    const auto* integer = value.get<Integer>();
    if (!integer) return std::nullopt;
    const auto magnitude = static_cast<double>(integer->magnitude);
    return integer->negative ? -1 - magnitude : magnitude;
  };
  if (const auto x = as_number(a)) return x == as_number(b);
  if (const List* x = a.get<List>()) {
    const List* y = b.get<List>();
    return y && std::equal(x->begin(), x->end(), y->begin(), y->end(), same);
  }
  if (const Map* x = a.get<Map>()) {
    const Map* y = b.get<Map>();
    return y && std::equal(x->begin(), x->end(), y->begin(), y->end(), [](auto& p, auto& q) {
             return p.first == q.first && same(p.second, q.second);
           });
  }
  return a == b;
}

TEST_CASE("RFC 8949 Appendix A", "[corpus]") {
  const auto corpus = find_corpus("cbor-test-vectors");
  if (!corpus) return;
  CorpusReport report("cbor-test-vectors");
  const Value file = read_json(*corpus + "/appendix_a.json");
  for (const Value& example : *file.get<List>()) {
    const auto* hex = example.find<std::string>("hex");
    REQUIRE(hex);
    CAPTURE(*hex);
    const Bytes bytes = from_hex(*hex);
    const Verdict expected = PlainCbor(bytes).judge();
    const auto value = dag_cbor::decode(bytes);
    report.ran();
    CHECK(value.has_value() == expected.refused.empty());
    if (!value) {
      report.note("refused, " + expected.refused, *hex);
      continue;
    }
    if (const Value* decoded = example.find("decoded")) CHECK(same(*value, *decoded));

    const Bytes canonical = dag_cbor::encode(*value);
    CHECK(dag_cbor::decode(canonical) == *value);
    CHECK(PlainCbor(canonical).judge().tolerated.empty());
    if (expected.tolerated.empty()) {
      CHECK(to_hex(canonical) == *hex);
      report.note("accepted, canonical", *hex);
    } else {
      CHECK(to_hex(canonical) != *hex);
      report.note("accepted, " + expected.tolerated, *hex);
    }
  }
  report.print();
}

}  // namespace
}  // namespace fireproof::test
