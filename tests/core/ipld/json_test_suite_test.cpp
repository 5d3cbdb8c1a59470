// JSONTestSuite: files named y_ must be accepted, n_ refused, i_ either.
#include "ipld/json.hpp"

#include "support/catch.hpp"
#include "support/corpora.hpp"
#include "support/files.hpp"

namespace fireproof::test {
namespace {

TEST_CASE("JSONTestSuite, parsing", "[corpus]") {
  const auto corpus = find_corpus("JSONTestSuite/test_parsing");
  if (!corpus) return;
  CorpusReport report("JSONTestSuite/test_parsing");
  for (const std::string& name : list_files(*corpus)) {
    CAPTURE(name);
    const auto value = json::parse(read_text(*corpus + "/" + name));
    const bool has_duplicate_key = name.starts_with("y_object_duplicated_key");
    if (has_duplicate_key) {
      CHECK_FALSE(value);
      report.outside("duplicate keys, refused", name);
      continue;
    }
    report.ran();
    if (name.starts_with("y_")) {
      CHECK(value);
    } else if (name.starts_with("n_")) {
      CHECK_FALSE(value);
    } else {
      REQUIRE(name.starts_with("i_"));
      report.note(value ? "left open, accepted" : "left open, refused", name);
    }
  }
  report.print();
}

TEST_CASE("JSONTestSuite, transformation", "[corpus]") {
  const auto corpus = find_corpus("JSONTestSuite/test_transform");
  if (!corpus) return;
  CorpusReport report("JSONTestSuite/test_transform");
  for (const std::string& name : list_files(*corpus)) {
    CAPTURE(name);
    const auto value = json::parse(read_text(*corpus + "/" + name));
    report.ran();
    report.note(value ? "accepted" : "refused", name);
    const bool duplicate_key = name.starts_with("object_same_key");
    const bool no_unicode = name.find("invalid_codepoint") != std::string::npos;
    CHECK(value.has_value() == !(duplicate_key || no_unicode));
  }
  report.print();
}

}  // namespace
}  // namespace fireproof::test
