// Every CAR of the corpora, those of ipld/specs with their descriptions, and the inputs on which Go's fuzzer made
// go-car fail.
#include <algorithm>

#include "ipld/dag_cbor.hpp"
#include "ipld/dag_json.hpp"
#include "support/cars.hpp"
#include "support/catch.hpp"
#include "support/corpora.hpp"
#include "support/files.hpp"
#include "support/go_fuzz.hpp"

namespace fireproof::test {
namespace {

struct Malformed {
  std::string_view name;
  std::string_view why;
};

// Files that are broken on purpose, or that some readers pass over and ours refuses.
constexpr std::array kMalformed{
    Malformed{"sample-corrupt-pragma.car", "header cut off"},
    Malformed{"sample-rootless-v42.car", "version 42"},
    Malformed{"sample-v1-tailing-corrupt-section.car", "last section cut off"},
    Malformed{"sample-v1-with-zero-len-section.car", "section of length zero"},
    Malformed{"sample-v1-with-zero-len-section2.car", "section of length zero"},
    Malformed{"sample-v2-corrupt-data-and-index.car", "version 2 header points outside the file"},
    Malformed{"sample-index.carindex", "an index without its CAR"},
    Malformed{"sample-multihash-index-sorted.carindex", "an index without its CAR"},
};

const Malformed* malformed(std::string_view path) {
  const auto known = std::find_if(kMalformed.begin(), kMalformed.end(),
                                  [&](const Malformed& each) { return path.ends_with(each.name); });
  return known == kMalformed.end() ? nullptr : &*known;
}

bool has_known_hash(const CarBlock& block) {
  const auto function = block.cid.hash_function();
  return function == hash::kSha256 || function == hash::kIdentity;
}

void check_valid(const Bytes& bytes, const std::string& path, CorpusReport& report) {
  const auto car = car::parse(bytes);
  REQUIRE(car);
  CHECK_FALSE(car->blocks.empty());
  Bytes written = car::write_header(car->roots);
  for (const CarBlock& block : car->blocks) {
    CHECK(matches(block.cid, block.data) == has_known_hash(block));
    CHECK(block.data.data() == bytes.data() + block.offset);
    car::append_block(written, block.cid, block.data);
  }
  const bool version2 = as_text(bytes).substr(1).starts_with("\xa1gversion\x02");
  if (!version2) CHECK(equal(written, bytes));
  report.note(version2 ? "read, version 2" : "read and written again, version 1", path);

  const Status status = car::verify(*car);
  const bool all_known = std::all_of(car->blocks.begin(), car->blocks.end(), has_known_hash);
  CHECK(status.has_value() == all_known);
  if (!all_known) {
    CHECK(status.error().code == ErrorCode::kCorruptBlock);
    report.note("not verified, blocks with other hash functions than SHA-256", path);
  }
}

TEST_CASE("CARs of the corpora", "[corpus]") {
  for (const std::string name : {"car", "ipld", "codec-fixtures"}) {
    const auto corpus = find_corpus(name);
    if (!corpus) continue;
    CorpusReport report(name + "/*.car");
    for (const std::string& path : list_files(*corpus)) {
      if (!extension(path).starts_with("car")) continue;  // .car, .carv2, .carindex
      CAPTURE(path);
      const Bytes bytes = read_file(*corpus + "/" + path);
      report.ran();
      if (const Malformed* known = malformed(path)) {
        const auto car = car::parse(bytes);
        REQUIRE_FALSE(car);
        CHECK(car.error().code == ErrorCode::kCorruptCar);
        report.note("refused, " + std::string(known->why), path);
      } else {
        check_valid(bytes, path, report);
      }
    }
    report.print();
  }
}

std::vector<Cid> links(const List& list) {
  std::vector<Cid> cids;
  for (const Value& value : list) {
    REQUIRE(value.get<Cid>());
    cids.push_back(*value.get<Cid>());
  }
  return cids;
}

TEST_CASE("CARs agree with the descriptions beside them", "[corpus]") {
  const auto corpus = find_corpus("ipld/specs/transport/car/fixture");
  if (!corpus) return;
  CorpusReport report("ipld/specs/transport/car/fixture");
  for (const std::string name : {"carv1-basic", "carv2-basic"}) {
    CAPTURE(name);
    const std::string path = *corpus + "/" + name + "/" + name;
    const Bytes bytes = read_file(path + ".car");
    const auto car = car::parse(bytes);
    const auto description = dag_json::decode(read_text(path + ".json"));
    REQUIRE((car && description));
    CHECK(car->roots == links(*description->find("header")->find<List>("roots")));
    const List& blocks = *description->find<List>("blocks");
    REQUIRE(car->blocks.size() == blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const CarBlock& block = car->blocks[i];
      CAPTURE(block.cid.text());
      CHECK(block.cid == *blocks[i].find<Cid>("cid"));
      CHECK(block.offset == blocks[i].find<Integer>("blockOffset")->magnitude);
      CHECK(block.data.size() == blocks[i].find<Integer>("blockLength")->magnitude);
      CHECK(car::block_size(block.cid, block.data.size()) ==
            blocks[i].find<Integer>("length")->magnitude);
      const Value& content = *blocks[i].find("content");
      if (block.cid.codec() == codec::kRaw) CHECK(Value(copy_of(block.data)) == content);
      if (block.cid.codec() == codec::kDagCbor) CHECK(dag_cbor::decode(block.data) == content);
      if (block.cid.codec() == codec::kDagPb) report.outside("content in DAG-PB", block.cid.text());
      report.ran();
    }
  }
  report.print();
}

TEST_CASE("inputs of go-car's fuzzer", "[corpus]") {
  const auto corpus = find_corpus("car/go-car");
  if (!corpus) return;
  CorpusReport report("car/go-car fuzz inputs");
  for (const std::string& path : list_files(*corpus)) {
    if (path.find("/fuzz/") == std::string::npos) continue;
    CAPTURE(path);
    const auto start = path.find("Fuzz");
    const std::string name = path.substr(start, path.find('/', start) + 9 - start);  // 8 digits do
    const auto car = car::parse(go_fuzz_input(read_text(*corpus + "/" + path)));
    if (!car) CHECK(car.error().code == ErrorCode::kCorruptCar);
    if (car) (void)car::verify(*car);
    report.ran();
    report.note(car ? "read" : "refused", name);
  }
  report.print();
}

}  // namespace
}  // namespace fireproof::test
