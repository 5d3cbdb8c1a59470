#include "ipld/dag_json.hpp"

#include "support/catch.hpp"
#include "support/hex.hpp"

namespace fireproof::test {
namespace {

constexpr const char* kCid = "bafyreidwx2fvfdiaox32v2mnn6sxu3j4qoxeqcuenhtgrv5qv6litfnmoe";

TEST_CASE("links and bytes are maps with the one key \"/\"") {
  const auto link = dag_json::decode(std::string(R"({"/":")") + kCid + R"("})");
  REQUIRE(link);
  REQUIRE(link->get<Cid>());
  CHECK(link->get<Cid>()->text() == kCid);
  CHECK(dag_json::decode(R"({"/":{"bytes":"AP8"}})") == Value(from_hex("00ff")));
  CHECK(dag_json::decode(R"({"/":{"bytes":""}})") == Value(Bytes{}));
}

TEST_CASE("what a meta header may look like is read") {
  const std::string text =
      std::string("\n{ \"key\" : null,\r\n\t\"cars\": [ {\"/\": \"") + kCid + "\"} ] }\n";
  const auto value = dag_json::decode(text);
  REQUIRE(value);
  REQUIRE(value->find<List>("cars"));
  CHECK(value->find<List>("cars")->at(0).get<Cid>()->text() == kCid);
  CHECK(dag_json::encode(*value) ==
        std::string(R"({"cars":[{"/":")") + kCid + R"("}],"key":null})");
}

TEST_CASE("keys are written in byte order, not by length as in DAG-CBOR") {
  const Value map(Map{{"b", Value()}, {"\xc3\xa9", Value()}, {"aa", Value()}, {"", Value()}});
  CHECK(dag_json::encode(map) == "{\"\":null,\"aa\":null,\"b\":null,\"\xc3\xa9\":null}");
}

TEST_CASE("a float stays a float, and an integer an integer") {
  CHECK(dag_json::encode(Value(1.0)) == "1.0");
  CHECK(dag_json::encode(Value(-0.0)) == "-0.0");
  CHECK(dag_json::encode(Value(1e21)) == "1e+21");
  CHECK(dag_json::encode(Value(0.5)) == "0.5");
  CHECK(dag_json::encode(Value::integer(1)) == "1");
  CHECK(dag_json::encode(Value(Integer{UINT64_MAX, true})) == "-18446744073709551616");
  for (const Value& value : {Value(1.0), Value(1e21), Value(Integer{UINT64_MAX, true})}) {
    CHECK(dag_json::decode(dag_json::encode(value)) == value);
  }
}

TEST_CASE("a map whose only key is \"/\" must be a link or bytes") {
  for (const char* text :
       {R"({"/":null})", R"({"/":1})", R"({"/":[]})", R"({"/":{}})", R"({"/":""})",
        R"({"/":"not a CID"})", R"({"/":{"bytes":1}})", R"({"/":{"bytes":"A"}})",
        R"({"/":{"bytes":"AA=="}})", R"({"/":{"bytes":"AA","more":1}})", R"({"/":{"byte":"AA"}})",
        R"([{"a":{"/":0}}])"}) {
    CAPTURE(text);
    const auto refused = dag_json::decode(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kInvalidArgument);
  }
}

TEST_CASE("\"/\" beside other keys is a key like any other") {
  const auto value = dag_json::decode(R"({"/":"x","a":1})");
  REQUIRE(value);
  CHECK(*value->find<std::string>("/") == "x");
}

TEST_CASE("what is no JSON is no DAG-JSON") {
  for (const char* text : {"", "{", "[1,]", "nul", R"({"a":1,"a":1})"}) {
    CAPTURE(text);
    CHECK_FALSE(dag_json::decode(text));
  }
}

}  // namespace
}  // namespace fireproof::test
