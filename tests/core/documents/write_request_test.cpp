// What a write's JSON and patches mean, and which are refused.
#include "documents/write_request.hpp"

#include "ipld/json.hpp"
#include "support/catch.hpp"
#include "support/expectation.hpp"
#include "support/writing.hpp"

namespace fireproof::test {
namespace {

constexpr const char* kCid = "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

Result<std::vector<NewDocument>> read(const std::string& json) {
  auto arguments = json::parse(json);
  REQUIRE(arguments);
  return read_write_request(std::move(*arguments));
}

// The member "v" of the only document.
Value value_of(const std::string& json, const std::string& patches = "[]") {
  const auto documents =
      read(R"({"docs":[{"_id":"a","v":)" + json + R"(}],"patches":)" + patches + "}");
  INFO((documents ? std::string() : documents.error().message));
  REQUIRE(documents);
  REQUIRE(documents->size() == 1);
  REQUIRE(documents->front().fields.size() == 1);
  return documents->front().fields.front().second;
}

std::string patch(const std::string& content) { return R"([{"path":[0,"v"],)" + content + "}]"; }

std::string nested(std::size_t depth) {
  return R"({"docs":[{"_id":"deep","v":)" + std::string(depth, '[') + std::string(depth, ']') +
         "}]}";
}

ErrorCode refusal(Written& database, const std::string& arguments) {
  const Storage before = database.storage.copy();
  const auto answer = database.host.call("write", arguments);
  INFO(arguments.substr(0, 200));
  REQUIRE(!answer);
  CHECK(database.storage.record == before.record);
  CHECK(database.storage.tables == before.tables);
  return answer.error().code;
}

}  // namespace

TEST_CASE("numbers are what JavaScript holds", "[write-request]") {
  CHECK(value_of("9007199254740991") == Value::integer(9007199254740991));
  CHECK(value_of("-9007199254740991") == Value(Integer{9007199254740990, true}));
  CHECK(value_of("9007199254740992") == Value(9007199254740992.0));
  CHECK(value_of("-9007199254740992") == Value(-9007199254740992.0));
  CHECK(value_of("18446744073709551615") == Value(18446744073709551616.0));
  CHECK(value_of("1.5") == Value(1.5));
  CHECK(value_of("1e21") == Value(1e21));
}

TEST_CASE("patches carry what JSON lacks", "[write-request]") {
  CHECK(value_of("null", patch(R"("bytes":"AAH/")")) == Value(Bytes{0, 1, 255}));
  CHECK(value_of("null", patch(R"("bytes":"")")) == Value(Bytes()));
  CHECK(value_of("null", patch(R"("bigint":"18446744073709551615")")) ==
        Value::integer(18446744073709551615U));
  CHECK(value_of("null", patch(R"("bigint":"-18446744073709551616")")) ==
        Value(Integer{18446744073709551615U, true}));
  CHECK(value_of("null", patch(R"("bigint":"1")")) == Value::integer(1));
  const Value deep =
      value_of(R"({"list":[0,{"b":null}]})", R"([{"path":[0,"v","list",1,"b"],"bytes":"/w=="}])");
  CHECK(*deep.find<List>("list")->at(1).find<Bytes>("b") == Bytes{255});
}

TEST_CASE("an object of one member \"/\" with a CID is a link", "[write-request]") {
  CHECK(value_of(R"({"/":")" + std::string(kCid) + "\"}") == Value(*Cid::parse(kCid)));
  for (const std::string& ordinary : {std::string(R"({"/":"no CID"})"), std::string(R"({"/":1})"),
                                      R"({"/":")" + std::string(kCid) + R"(","more":1})"}) {
    CHECK(value_of(ordinary).get<Map>());
  }
  CHECK(value_of(R"([{"/":")" + std::string(kCid) + "\"}]").get<List>()->front().get<Cid>());
}

TEST_CASE("a document with a true _deleted is a deletion", "[write-request]") {
  const auto documents =
      read(R"({"docs":[{"_id":"a","_deleted":true,"x":1},{"_id":"b","_deleted":1},{"_id":"c"}]})");
  REQUIRE(documents);
  CHECK(documents->at(0).deleted);
  CHECK(!documents->at(1).deleted);
  CHECK(!documents->at(2).deleted);
}

TEST_CASE("requests that make no sense are invalid-document", "[write-request]") {
  const std::string doc = R"("docs":[{"_id":"a","v":null}])";
  for (const std::string& request : {
           std::string("{}"),
           std::string(R"({"docs":[]})"),
           std::string(R"({"docs":1})"),
           std::string(R"({"docs":["text"]})"),
           std::string(R"({"docs":[{}]})"),
           std::string(R"({"docs":[{"_id":1}]})"),
           "{" + doc + R"(,"patches":[{}]})",
           "{" + doc + R"(,"patches":[{"path":[1,"v"],"bytes":""}]})",
           "{" + doc + R"(,"patches":[{"path":[0,"w"],"bytes":""}]})",
           "{" + doc + R"(,"patches":[{"path":[0,"v",0],"bytes":""}]})",
           "{" + doc + R"(,"patches":[{"path":[-1],"bytes":""}]})",
           "{" + doc + R"(,"patches":[{"path":[0,"v"],"bytes":"*"}]})",
           "{" + doc + R"(,"patches":[{"path":[0,"v"],"bigint":"18446744073709551616"}]})",
           "{" + doc + R"(,"patches":[{"path":[0,"v"],"bigint":"1.5"}]})",
           "{" + doc + R"(,"patches":[{"path":[0,"v"],"file":{"blob":0}}]})",
           "{" + doc + R"(,"patches":[{"path":["x",1,2],"file":{"blob":0}}]})",
           "{" + doc + R"(,"patches":[{"path":[],"file":{"blob":0}}]})",
       }) {
    INFO(request);
    const auto documents = read(request);
    REQUIRE(!documents);
    CHECK(documents.error().code == ErrorCode::kInvalidDocument);
  }
}

TEST_CASE("ids that a format cannot hold are refused", "[write-request]") {
  Written new_one(kKinds[0]);
  for (const std::string& id : {std::string(), std::string("\xC3\xBC"), std::string("a\\nb"),
                                std::string(4097, 'x'), std::string(kGenesisKey)}) {
    CHECK(refusal(new_one, put_of(id, 1)) == ErrorCode::kInvalidDocument);
  }
  new_one.put(std::string(4096, 'x'), 1);
  new_one.put(" ~", 1);
  Written old_one(kKinds[2]);
  CHECK(refusal(old_one, put_of("", 1)) == ErrorCode::kInvalidDocument);
  for (const char* id : {"\xC3\xBC", "a\\nb", "\xF0\x9F\x98\x80"}) old_one.put(id, 1);
  old_one.put(std::string(5000, 'x'), 1);
  for (Written* database : {&new_one, &old_one})
    CHECK(database->documents_after_reopening() == database->documents());
}

TEST_CASE("0.14 refuses names that its package cannot read back", "[write-request]") {
  Written old_one(kKinds[2]);
  Written new_one(kKinds[0]);
  old_one.put("first", 1);
  for (const char* name : {"constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"}) {
    const std::string top = R"({"docs":[{"_id":"a",")" + std::string(name) + "\":1}]}";
    const std::string below =
        R"({"docs":[{"_id":"a","v":[{"w":{")" + std::string(name) + "\":1}}]}]}";
    CHECK(refusal(old_one, top) == ErrorCode::kInvalidDocument);
    CHECK(refusal(old_one, below) == ErrorCode::kInvalidDocument);
    new_one.host.json("write", top);
  }
  CHECK(row_values(old_one.host.json("allDocs")).size() == 1);
}

TEST_CASE("documents that are nested too deep are refused", "[write-request]") {
  for (const Kind& kind : {kKinds[0], kKinds[2]}) {
    INFO(name_of(kind));
    Written database(kind);
    database.host.json("write", nested(990));
    CHECK(database.documents_after_reopening() == database.documents());
    CHECK(refusal(database, nested(1000)) == ErrorCode::kInvalidDocument);
    CHECK(refusal(database, nested(100'000)) == ErrorCode::kInvalidDocument);
  }
}

TEST_CASE("0.14 refuses long ids with characters that it might cut in two", "[write-request]") {
  const std::string smile = "\xF0\x9F\x98\x80";  // two units
  Written database(kKinds[2]);
  for (const std::size_t before : {63U, 64U, 126U, 127U, 200U})
    CHECK(refusal(database, put_of(std::string(before, 'x') + smile, 1)) ==
          ErrorCode::kInvalidDocument);
  database.put(std::string(62, 'x') + smile, 1);
  database.put(std::string(200, 'x') + "\xC3\xBC", 1);
  CHECK(database.documents_after_reopening() == database.documents());
}

}  // namespace fireproof::test
