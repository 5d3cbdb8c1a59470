// The meta header of 0.14 (format page 3).
#include <iostream>

#include "formats/meta.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/fixtures.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

const std::string kCar = "bafkreidiogj2srznhjgyinwvguubjhbso4rmr6jpdomqfuncoduoiez7z4";
const std::string kKey = "5e66f74d42b07f168995736f8dd020c52f01f9743deebe58a5bca85197f3e803";

Result<Meta> read(std::string_view text) { return read_meta_14(as_bytes(text)); }

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'f' ? c - 32 : c);
  return text;
}

void expect_corrupt(std::string_view text) {
  INFO(text.substr(0, 200));
  const auto meta = read(text);
  REQUIRE(!meta);
  CHECK(meta.error().code == ErrorCode::kCorruptMeta);
}

}  // namespace

TEST_CASE("the meta of every 0.14 fixture names its newest CAR and its key",
          "[formats][fixtures]") {
  int metas = 0;
  for (const Fixture& fixture : fixtures()) {
    if (fixture.format != "0.14") continue;
    INFO(fixture.name);
    const auto meta = read(read_text(fixture.meta_path()));
    REQUIRE(meta);
    REQUIRE(meta->entries.size() == 1);
    REQUIRE(meta->entries[0].group.size() == 1);
    CHECK(is_file(fixture.folder + "/data/fp." + fixture.database + "/" +
                  meta->entries[0].group[0].text() + ".car"));
    CHECK(meta->is_public == fixture.is_public());
    CHECK(meta->keys.size() == (fixture.is_public() ? 0 : 1));
    if (!meta->keys.empty()) CHECK(meta->keys[0].hex() == fixture.key);
    CHECK(meta->damaged.empty());
    ++metas;
  }
  std::cout << "formats, 0.14 metas: " << metas << " metas\n";
}

TEST_CASE("white space, another order, further members and upper-case hex are tolerated",
          "[formats]") {
  for (const std::string& text :
       {R"({"car":{"/":")" + kCar + R"("},"key":")" + kKey + "\"}",
        R"({"key":")" + kKey + R"(","car":{"/":")" + kCar + "\"}}",
        " {\n\t\"car\" : { \"/\" : \"" + kCar + "\" } ,\r\n \"key\" : \"" + kKey + "\" }\n",
        R"({"a":[1,{"b":null}],"car":{"/":")" + kCar + R"("},"key":")" + kKey +
            R"(","z":{"/":{"bytes":"AA"}}})",
        R"({"car":{"/":")" + kCar + R"("},"key":")" + upper(kKey) + "\"}"}) {
    INFO(text);
    const auto meta = read(text);
    REQUIRE(meta);
    CHECK(meta->entries.at(0).group.at(0).text() == kCar);
    CHECK(meta->keys.at(0).hex() == kKey);
  }
}

TEST_CASE("a null key means a public database", "[formats]") {
  const auto meta = read(R"({"car":{"/":")" + kCar + R"("},"key":null})");
  REQUIRE(meta);
  CHECK(meta->is_public);
  CHECK(meta->keys.empty());
}

TEST_CASE("the list of 0.24 is unsupported-format, and the message says so", "[formats]") {
  for (const std::string_view text :
       {std::string_view("[]"), std::string_view(R"([{"cid":"x","parents":[],"data":"M"}])")}) {
    const auto meta = read(text);
    REQUIRE(!meta);
    CHECK(meta.error().code == ErrorCode::kUnsupportedFormat);
    CHECK(meta.error().message.find("0.24") != std::string::npos);
  }
}

TEST_CASE("a 0.14 meta that cannot be read is corrupt-meta", "[formats]") {
  const std::string car = R"("car":{"/":")" + kCar + "\"}";
  const std::string key = R"("key":")" + kKey + "\"";
  for (const std::string& text : {std::string(),
                                  std::string("null"),
                                  std::string("7"),
                                  std::string("\"text\""),
                                  std::string("{"),
                                  std::string("{}"),
                                  "{" + car + "}",
                                  "{" + key + "}",
                                  R"({"car":")" + kCar + "\"," + key + "}",
                                  R"({"car":{"/":"bafk"},)" + key + "}",
                                  R"({"car":null,)" + key + "}",
                                  R"({"car":[],)" + key + "}",
                                  "{" + car + R"(,"key":""})",
                                  "{" + car + R"(,"key":7})",
                                  "{" + car + R"(,"key":[]})",
                                  "{" + car + R"(,"key":")" + kKey.substr(2) + "\"}",
                                  "{" + car + R"(,"key":")" + kKey + "00\"}",
                                  "{" + car + R"(,"key":"g)" + kKey.substr(1) + "\"}",
                                  "{" + car + "," + key + "}x",
                                  "{" + car + "," + car + "," + key + "}",
                                  std::string("\xff\xfe{\0}", 5),
                                  std::string(100'000, '['),
                                  "{" + car + "," + key}) {
    expect_corrupt(text);
  }
}

TEST_CASE("a 0.14 meta must name a CAR of 0.14: a raw CID, version 1", "[formats]") {
  for (const std::string_view cid : {"bafyreiblui55o25dopc5faol3umsnuohb5carto7tot4kicnkfc37he4h4",
                                     "baembeig2is4vdgz4gyiadfh5uutxxeiuqtacnesnytrnilpwcu7q5m5tmu",
                                     "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG"}) {
    expect_corrupt(R"({"car":{"/":")" + std::string(cid) + R"("},"key":null})");
  }
}

TEST_CASE("20,000 damaged 0.14 metas give a CAR and a key, or an error of two kinds", "[formats]") {
  Random random;
  INFO(random.repeat());
  const std::string valid = R"({"car":{"/":")" + kCar + R"("},"key":")" + kKey + "\"}";
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Bytes bytes = mutated(copy_of(as_bytes(valid)), random);
    const auto meta = read_meta_14(bytes);
    if (meta) {
      ++accepted;
      if (meta->entries.size() != 1 || meta->is_public == !meta->keys.empty()) FAIL(as_text(bytes));
    } else if (meta.error().code != ErrorCode::kCorruptMeta &&
               meta.error().code != ErrorCode::kUnsupportedFormat) {
      FAIL(as_text(bytes));
    }
  }
  CHECK(accepted > 0);
}

}  // namespace fireproof::test
