// The fixtures of ipld/codec-fixtures: one folder for each value, in it one file for each codec, named by the CID of
// its content.
#include "crypto/sha256.hpp"
#include "ipld/dag_cbor.hpp"
#include "ipld/dag_json.hpp"
#include "support/catch.hpp"
#include "support/corpora.hpp"
#include "support/files.hpp"
#include "support/hex.hpp"

namespace fireproof::test {
namespace {

constexpr std::uint64_t kDagJson = 0x0129;

struct Fixture {
  std::string cid;
  Bytes content;
};

// The files of one folder by codec name.
using Fixtures = std::map<std::string, Fixture>;

std::map<std::string, Fixtures> read_fixtures(const std::string& folder) {
  std::map<std::string, Fixtures> fixtures;
  for (const std::string& path : list_files(folder)) {
    const auto slash = path.find('/');
    if (slash == std::string::npos) continue;  // .gitattributes
    fixtures[path.substr(0, slash)][extension(path)] = {stem(path), read_file(folder + "/" + path)};
  }
  return fixtures;
}

void check_name(const Fixture& fixture, std::uint64_t codec) {
  const auto cid = Cid::parse(fixture.cid);
  REQUIRE(cid);
  CHECK(cid->codec() == codec);
  CHECK(cid->text() == fixture.cid);
  CHECK(matches(*cid, fixture.content));
  CHECK(cid_of(codec, fixture.content) == *cid);
}

TEST_CASE("codec-fixtures: DAG-CBOR and DAG-JSON", "[corpus]") {
  const auto corpus = find_corpus("codec-fixtures/fixtures");
  if (!corpus) return;
  CorpusReport cbor_report("codec-fixtures/dag-cbor");
  CorpusReport json_report("codec-fixtures/dag-json");
  for (const auto& [name, fixtures] : read_fixtures(*corpus)) {
    CAPTURE(name);
    const Fixture& cbor = fixtures.at("dag-cbor");
    const Fixture& json = fixtures.at("dag-json");

    check_name(cbor, codec::kDagCbor);
    const auto from_cbor = dag_cbor::decode(cbor.content);
    REQUIRE(from_cbor);
    CHECK(to_hex(dag_cbor::encode(*from_cbor)) == to_hex(cbor.content));
    CHECK(dag_json::encode(*from_cbor) == as_text(json.content));
    cbor_report.ran();

    check_name(json, kDagJson);
    const auto from_json = dag_json::decode(as_text(json.content));
    REQUIRE(from_json);
    CHECK(dag_json::encode(*from_json) == as_text(json.content));
    CHECK(to_hex(dag_cbor::encode(*from_json)) == to_hex(cbor.content));
    json_report.ran();

    if (fixtures.contains("dag-pb")) {
      check_name(fixtures.at("dag-pb"), codec::kDagPb);
      cbor_report.outside("the DAG-PB form, of which the CID is verified", name);
    }
  }
  cbor_report.print();
  json_report.print();
}

// Negative fixtures are lists of {name, hex, error}, the hex of what a decoder must refuse.
template <typename Decode>
void check_refused(const std::string& folder, CorpusReport& report, Decode decode) {
  for (const std::string& path : list_files(folder)) {
    const Value file = read_json(folder + "/" + path);
    REQUIRE(file.get<List>());
    for (const Value& fixture : *file.get<List>()) {
      const auto* name = fixture.find<std::string>("name");
      const auto* hex = fixture.find<std::string>("hex");
      REQUIRE((name && hex));
      CAPTURE(path, *name);
      CHECK_FALSE(decode(from_hex(*hex)));
      report.ran();
    }
  }
}

TEST_CASE("codec-fixtures: what DAG-CBOR and DAG-JSON must refuse", "[corpus]") {
  const auto corpus = find_corpus("codec-fixtures/negative-fixtures");
  if (!corpus) return;
  CorpusReport report("codec-fixtures/negative");
  check_refused(*corpus + "/dag-cbor/decode", report,
                [](const Bytes& bytes) { return dag_cbor::decode(bytes).has_value(); });
  check_refused(*corpus + "/dag-json/decode", report,
                [](const Bytes& bytes) { return dag_json::decode(as_text(bytes)).has_value(); });
  for (const std::string& path : list_files(*corpus + "/dag-pb")) {
    report.outside("DAG-PB", "dag-pb/" + path);
  }
  report.print();
}

}  // namespace
}  // namespace fireproof::test
