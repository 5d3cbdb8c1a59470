// The meta list of 0.24 (format page 2.1 and 2.3).
#include <iostream>

#include "formats/meta.hpp"
#include "ipld/dag_cbor.hpp"
#include "multiformats/multibase.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/fixtures.hpp"
#include "support/random.hpp"
#include "support/writer_24.hpp"

namespace fireproof::test {
namespace {

Result<Meta> read(std::string_view text) { return read_meta_24(as_bytes(text)); }

Cid car(std::uint64_t number) {
  Bytes digest(32, 0);
  digest[0] = static_cast<std::uint8_t>(number);
  return Cid::sha256(codec::kCar24, digest);
}

std::string record_of(const std::vector<CarGroup>& groups) {
  return std::string(as_text(meta_record_24(groups)));
}

// The one entry of a record, without the brackets.
std::string entry_of(const CarGroup& group) {
  const std::string record = record_of({group});
  return record.substr(1, record.size() - 2);
}

// An entry around any dbMeta.
std::string entry_with(std::string_view db_meta) {
  Map data;
  data.emplace_back("dbMeta", Value(copy_of(as_bytes(db_meta))));
  Map event;
  event.emplace_back("data", Value(std::move(data)));
  event.emplace_back("parents", Value(List()));
  return R"({"cid":"","parents":[],"data":")" +
         multibase::encode(Base::kBase64Pad, dag_cbor::encode(Value(std::move(event)))) + "\"}";
}

constexpr std::string_view kBase58 = "z12drXXUifSrRnXLGbXg8E";

void expect_corrupt(std::string_view text) {
  INFO(text.substr(0, 200));
  const auto meta = read(text);
  REQUIRE(!meta);
  CHECK(meta.error().code == ErrorCode::kCorruptMeta);
}

}  // namespace

TEST_CASE("the meta of every 0.24 fixture names CARs that are there", "[formats][fixtures]") {
  int entries = 0;
  for (const Fixture& fixture : fixtures()) {
    if (fixture.format != "0.24") continue;
    INFO(fixture.name);
    const std::string text = read_text(fixture.meta_path());
    const auto meta = read(text);
    REQUIRE(meta);
    CHECK(meta->damaged.empty());
    CHECK(meta->keys.empty());
    CHECK_FALSE(meta->entries.empty());
    for (const MetaEntry& entry : meta->entries) {
      ++entries;
      // The package wrote the CID that we compute from the block.
      CHECK(text.find(R"("cid":")" + entry.event.text() + "\"") != std::string::npos);
      for (const Cid& cid : entry.group) {
        CHECK(is_file(fixture.folder + "/data/fp." + fixture.database + "/" + cid.text() + ".car"));
      }
    }
  }
  std::cout << "formats, 0.24 metas: " << entries << " entries\n";
}

TEST_CASE("entries keep their order, their groups and their parents", "[formats]") {
  const auto meta = read(record_of({{car(1)}, {car(2), car(3)}}));
  REQUIRE(meta);
  REQUIRE(meta->entries.size() == 2);
  CHECK((meta->entries[0].group == CarGroup{car(1)}));
  CHECK((meta->entries[1].group == CarGroup{car(2), car(3)}));
  const Cid parent = value_cid(1);
  std::string text = record_of({{car(1)}});
  text.replace(text.find(R"("parents":[])"), 12, R"("parents":[")" + parent.text() + "\"]");
  const auto with_parent = read(text);
  REQUIRE(with_parent);
  CHECK((with_parent->entries.at(0).parents == std::vector{parent}));
}

TEST_CASE("an empty list is a meta without entries", "[formats]") {
  const auto meta = read(" [ ] \n");
  REQUIRE(meta);
  CHECK(meta->entries.empty());
  CHECK(meta->damaged.empty());
}

TEST_CASE("keys beside the entries are read: in every entry, or once for all", "[formats]") {
  const std::string entry = entry_of({car(1)});
  const std::string with_key =
      entry.substr(0, entry.size() - 1) + R"(,"key":[")" + std::string(kBase58) + "\"]}";
  const auto first = read("[" + with_key + "]");
  REQUIRE(first);
  CHECK(first->entries.size() == 1);
  REQUIRE(first->keys.size() == 1);
  CHECK(first->keys[0].hex() == kKey24);

  const auto second =
      read(R"({"keys":[")" + std::string(kBase58) + R"("],"metas":[)" + entry + "]}");
  REQUIRE(second);
  CHECK(second->entries.size() == 1);
  REQUIRE(second->keys.size() == 1);
  CHECK(second->keys[0].hex() == kKey24);

  const auto without = read(R"({"metas":[)" + entry + "]}");
  REQUIRE(without);
  CHECK(without->entries.size() == 1);
}

TEST_CASE("a damaged key does not stop the entries, and is reported without its text",
          "[formats]") {
  const std::string entry = entry_of({car(1)});
  const auto meta =
      read(R"({"keys":["zSECRET","z12drXXUifSrRnXLGbXg8E",7],"metas":[)" + entry + "]}");
  REQUIRE(meta);
  CHECK(meta->entries.size() == 1);
  CHECK(meta->keys.size() == 1);
  REQUIRE(meta->damaged.size() == 2);
  for (const Error& error : meta->damaged) {
    CHECK(error.code == ErrorCode::kCorruptMeta);
    CHECK(error.message.find("SECRET") == std::string::npos);
  }
}

TEST_CASE("white space, another order of members and further ones are tolerated", "[formats]") {
  const std::string entry = entry_of({car(1)});
  const std::string data =
      entry.substr(entry.find(R"("data")"), entry.rfind('"') + 1 - entry.find(R"("data")"));
  for (const std::string& text :
       {"[{" + data + "}]", "[{" + data + R"(,"parents":[],"cid":"x","more":{"/":7}}])",
        "\n[ {\t" + data + " }\r\n]\n", "[{" + data + R"(,"parents":null}])"}) {
    INFO(text);
    const auto meta = read(text);
    REQUIRE(meta);
    CHECK(meta->entries.size() == 1);
  }
}

TEST_CASE("the header of 0.14 is unsupported-format, and the message says so", "[formats]") {
  const auto meta = read(
      R"({"car":{"/":"bafkreidiogj2srznhjgyinwvguubjhbso4rmr6jpdomqfuncoduoiez7z4"},"key":null})");
  REQUIRE(!meta);
  CHECK(meta.error().code == ErrorCode::kUnsupportedFormat);
  CHECK(meta.error().message.find("0.14") != std::string::npos);
}

TEST_CASE("a record that is no list of entries is corrupt-meta", "[formats]") {
  for (const std::string& text :
       {std::string(), std::string("null"), std::string("7"), std::string("{}"), std::string("["),
        std::string(R"({"metas":{}})"), std::string("[] x"), std::string(200'000, '['),
        std::string("\xff\xfe[]"), std::string(R"({"metas":[],"metas":[]})")}) {
    expect_corrupt(text);
  }
}

TEST_CASE("one damaged entry is reported and the others stand", "[formats]") {
  const std::string good = entry_of({car(1)});
  const std::string after = entry_of({car(2)});
  const std::string cid_text = car(1).text();
  const std::vector<std::pair<std::string, std::string>> entries{
      {"null", "null"},
      {"a number", "7"},
      {"a list", "[]"},
      {"empty", "{}"},
      {"data is no text", R"({"data":7})"},
      {"data without a base", R"({"data":""})"},
      {"data in an unknown base", R"({"data":"?AAAA"})"},
      {"data is no base64", R"({"data":"M***="})"},
      {"data is no event", R"({"data":"MoA=="})"},
      {"a parent that is no CID",
       good.substr(0, good.find("[]")) + R"(["x"])" + good.substr(good.find("[]") + 2)},
      {"a parent that is a number",
       good.substr(0, good.find("[]")) + "[7]" + good.substr(good.find("[]") + 2)},
      {"dbMeta is no JSON", entry_with("{")},
      {"dbMeta without cars", entry_with("{}")},
      {"no CAR at all", entry_with(R"({"cars":[]})")},
      {"a CAR that is text", entry_with(R"({"cars":[")" + cid_text + "\"]}")},
      {"a name of 0.14",
       entry_with(
           R"({"cars":[{"/":"bafkreidiogj2srznhjgyinwvguubjhbso4rmr6jpdomqfuncoduoiez7z4"}]})")},
      {"a block's name",
       entry_with(
           R"({"cars":[{"/":"bafyreiblui55o25dopc5faol3umsnuohb5carto7tot4kicnkfc37he4h4"}]})")},
      {"one good CAR, one bad",
       entry_with(R"({"cars":[{"/":")" + cid_text + R"("},{"/":"bafk"}]})")}};
  for (const auto& [what, entry] : entries) {
    INFO(what);
    const auto meta = read("[" + good + "," + entry + "," + after + "]");
    REQUIRE(meta);
    CHECK(meta->entries.size() == 2);
    REQUIRE(meta->damaged.size() == 1);
    CHECK(meta->damaged[0].code == ErrorCode::kCorruptMeta);
  }
}

TEST_CASE("a meta of 20,000 entries is read", "[formats]") {
  std::string text = "[";
  const std::string entry = entry_of({car(1)});
  for (int i = 0; i < 20'000; ++i) text += (i == 0 ? "" : ",") + entry;
  const auto meta = read(text + "]");
  REQUIRE(meta);
  CHECK(meta->entries.size() == 20'000);
}

TEST_CASE("20,000 damaged 0.24 metas give entries, or an error of two kinds", "[formats]") {
  Random random;
  INFO(random.repeat());
  const std::string entry = entry_of({car(1)});
  const std::string valid = R"({"keys":[")" + std::string(kBase58) + R"("],"metas":[)" + entry +
                            "," + entry_of({car(2), car(3)}) + "]}";
  int accepted = 0;
  int damaged = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Bytes bytes = mutated(copy_of(as_bytes(valid)), random);
    const auto meta = read_meta_24(bytes);
    if (meta) {
      ++accepted;
      damaged += meta->damaged.empty() ? 0 : 1;
      for (const MetaEntry& one : meta->entries) {
        if (one.group.empty()) FAIL(as_text(bytes));
      }
    } else if (meta.error().code != ErrorCode::kCorruptMeta &&
               meta.error().code != ErrorCode::kUnsupportedFormat) {
      FAIL(as_text(bytes));
    }
  }
  CHECK(accepted > 0);
  CHECK(damaged > 0);
}

}  // namespace fireproof::test
