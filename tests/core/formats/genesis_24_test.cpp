// The commit that begins every 0.24 database (format page 6.1): every byte of it is known.
#include "formats/format.hpp"
#include "ipld/dag_cbor.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/fixtures.hpp"
#include "support/opened_fixture.hpp"
#include "support/writer_24.hpp"

namespace fireproof::test {

TEST_CASE("the genesis commit has the CIDs and sizes of the format page", "[formats]") {
  Writer24 writer("");
  writer.put("first", Map());
  const StoredCar& genesis = writer.cars().front();
  CHECK(genesis.bytes.size() == 788);
  CHECK(genesis.name.text() == "baembeig2is4vdgz4gyiadfh5uutxxeiuqtacnesnytrnilpwcu7q5m5tmu");
  const auto opened = format_24().open(genesis.name, genesis.bytes, KeyRing(), CarKind::kData);
  REQUIRE(opened);
  REQUIRE(opened->blocks.size() == 5);
  const std::vector<std::pair<std::string, std::size_t>> expected{
      {"bafyreibxibqhi6wh5klrje7ne4htffeqyyqfd6y7x2no6wnhid4nixizau", 73},
      {"bafyreidnvv4mwvweup5w52ddre2sl4syhvczm6ejqsmuekajowdl2cf2q4", 71},
      {"bafyreihh6nbfbhgkf5lz7hhsscjgiquw426rxzr3fprbgonekzmyvirrhe", 56},
      {"bafyreiejg3twlaxr7gfvvhtxrhvwaydytdv4guidmtvaz5dskm6gp73ryi", 159},
      {"bafyreiblui55o25dopc5faol3umsnuohb5carto7tot4kicnkfc37he4h4", 183}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(opened->blocks[i].cid.text() == expected[i].first);
    CHECK(opened->blocks[i].data.size() == expected[i].second);
  }
}

TEST_CASE("the same puts as those of the package give its CARs and its meta byte for byte",
          "[formats][fixtures]") {
  for (const char* name : {"0.24/a-three-docs", "0.24/b-insecure"}) {
    INFO(name);
    const Fixture& theirs = fixture(name);
    OpenedFixture opened(theirs);
    Writer24 writer(theirs.key);
    for (const EventGraph::Id id : oldest_first(opened.events)) {
      const EventGraph::Node& event = opened.events.node(id);
      if (event.parents.empty()) continue;  // the genesis
      const auto block = dag_cbor::decode(*opened.blocks.find(event.ops.at(0).value));
      Map fields = *block->find<Map>("doc");
      std::erase_if(fields, [](const auto& field) { return field.first == "_id"; });
      writer.put(event.ops[0].key, std::move(fields));
    }
    REQUIRE(writer.cars().size() == opened.cars.size());
    for (const StoredCar& car : writer.cars()) {
      const std::string path = theirs.folder + "/data/fp.demo/" + car.name.text() + ".car";
      CHECK(read_file(path) == car.bytes);
    }
    CHECK(read_file(theirs.meta_path()) == writer.meta());
  }
}

}  // namespace fireproof::test
