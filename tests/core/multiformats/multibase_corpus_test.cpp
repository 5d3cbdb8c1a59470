// The test vectors of multibase. Three files are tables: the first line names the bytes, each other line a base
// and the text of those bytes in it. The fourth has texts in a case that is not the base's own.
#include <sstream>

#include "multiformats/multibase.hpp"
#include "support/catch.hpp"
#include "support/corpora.hpp"
#include "support/files.hpp"

namespace fireproof::test {
namespace {

struct Vector {
  std::string base;
  std::string text;
};

std::vector<Vector> read_vectors(const std::string& path) {
  std::vector<Vector> vectors;
  std::istringstream lines(read_text(path));
  std::string line;
  std::getline(lines, line);  // the heading
  while (std::getline(lines, line)) {
    const auto comma = line.find(", \"");
    REQUIRE(comma != std::string::npos);
    vectors.push_back({line.substr(0, comma), line.substr(comma + 3, line.size() - comma - 4)});
  }
  return vectors;
}

std::optional<Base> known_base(std::string_view name) {
  if (name == "base16") return Base::kBase16;
  if (name == "base32") return Base::kBase32;
  if (name == "base58btc") return Base::kBase58Btc;
  if (name == "base64") return Base::kBase64;
  if (name == "base64pad") return Base::kBase64Pad;
  return std::nullopt;
}

TEST_CASE("multibase test vectors", "[corpus]") {
  const auto corpus = find_corpus("multibase/tests");
  if (!corpus) return;
  CorpusReport report("multibase");
  const std::vector<std::pair<std::string, std::string>> files{
      {"basic", "yes mani !"},
      {"leading_zero", std::string("\0yes mani !", 11)},
      {"two_leading_zeros", std::string("\0\0yes mani !", 12)},
  };
  for (const auto& [name, bytes] : files) {
    for (const Vector& vector : read_vectors(*corpus + "/" + name + ".csv")) {
      CAPTURE(name, vector.base, vector.text);
      if (const auto base = known_base(vector.base)) {
        report.ran();
        CHECK(multibase::encode(*base, as_bytes(bytes)) == vector.text);
        CHECK(multibase::decode(vector.text) == copy_of(as_bytes(bytes)));
      } else {
        report.outside("base that Fireproof does not use", name + "/" + vector.base);
        CHECK_FALSE(multibase::decode(vector.text));
      }
    }
  }
  // Bytes have one text only: a CID names a file, and must not name two.
  for (const Vector& vector : read_vectors(*corpus + "/case_insensitivity.csv")) {
    CAPTURE(vector.base, vector.text);
    CHECK_FALSE(multibase::decode(vector.text));
    if (known_base(vector.base)) {
      report.ran();
      report.note("refused, letters of the other case", "case_insensitivity/" + vector.base);
    } else {
      report.outside("base that Fireproof does not use", "case_insensitivity/" + vector.base);
    }
  }
  report.print();
}

}  // namespace
}  // namespace fireproof::test
