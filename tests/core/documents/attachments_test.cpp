// Files in documents: the package's CARs again, and the cases that it cannot read.
#include "documents/attachments.hpp"

#include <set>

#include "crypto/sha256.hpp"
#include "ipld/dag_json.hpp"
#include "support/catch.hpp"
#include "support/expectation.hpp"
#include "support/files.hpp"
#include "support/opened_fixture.hpp"
#include "support/writing.hpp"

namespace fireproof::test {
namespace {

struct File {
  std::string name;
  Bytes content;
  std::string type;
  std::uint64_t last_modified = 0;
};

// Arguments of "write" for a document with new files in a field, after the entries that it has already, as JSON.
std::string with_files(const std::string& id, const std::string& field,
                       const std::vector<File>& files, const std::string& kept = {}) {
  std::string docs = R"({"_id":")" + id + R"(",")" + field + "\":{" + kept;
  std::string patches;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const File& file = files[i];
    docs += (docs.back() == '{' ? "\"" : ",\"") + file.name + "\":null";
    patches += (i == 0 ? "" : ",") + std::string(R"({"path":[0,")") + field + R"(",")" + file.name +
               R"("],"file":{"blob":)" + std::to_string(i) + R"(,"type":")" + file.type +
               R"(","lastModified":)" + std::to_string(file.last_modified) + "}}";
  }
  return R"({"docs":[)" + docs + R"(}}],"patches":[)" + patches + "]}";
}

std::vector<Bytes> contents(const std::vector<File>& files) {
  std::vector<Bytes> found;
  for (const File& file : files) found.push_back(file.content);
  return found;
}

void write(Host& host, const std::string& id, const std::string& field,
           const std::vector<File>& files, const std::string& kept = {}) {
  const auto answer = host.call("write", with_files(id, field, files, kept), contents(files));
  INFO((answer ? std::string() : answer.error().message));
  REQUIRE(answer);
}

Value field_of(Host& host, const std::string& id, const std::string& field) {
  const Value got = host.json("get", arguments_with("id", id));
  return *got.find("doc")->find(field);
}

std::string car_of(const Value& entry) {
  const List* cars = entry.find<List>("car");
  return *(cars ? cars->front() : *entry.find("car")).find<std::string>("/");
}

std::string cid_of_file(const Value& entry) { return *entry.find("cid")->find<std::string>("/"); }

Bytes content_of(Host& host, const Value& entry) {
  host.json("file", R"({"cars":[")" + car_of(entry) + R"("],"cid":")" + cid_of_file(entry) + "\"}");
  return host.answer_bytes;
}

File file(std::string name, std::string_view content) {
  return {std::move(name), copy_of(as_bytes(content)), "text/plain", 0};
}

// The package's database, and an empty one with its key.
struct Again {
  explicit Again(const std::string& name)
      : fixture(test::fixture(name)),
        remote(fixture.database, fixture.format),
        theirs(their_storage, options_for(fixture)),
        ours(our_storage, options_for(fixture)) {
    remote.serve(fixture.folder);
    REQUIRE(!theirs.connect(remote));
  }

  // The files of one of its documents with these names, in this order.
  std::vector<File> files(const std::string& id, const std::string& field,
                          const std::vector<std::string>& names) {
    std::vector<File> found;
    const Value entries = field_of(theirs, id, field);
    for (const std::string& name : names) {
      const Value& entry = *entries.find(name);
      const Integer* modified = entry.find<Integer>("lastModified");
      found.push_back({name, content_of(theirs, entry), *entry.find<std::string>("type"),
                       modified ? modified->magnitude : 0});
    }
    return found;
  }

  const Fixture& fixture;
  Remote remote;
  Storage their_storage;
  Storage our_storage;
  Host theirs;
  Host ours;
};

void check_same(Again& again, const std::string& id, const std::string& field,
                const std::vector<std::string>& names) {
  INFO(again.fixture.name << " " << id);
  write(again.ours, id, field, again.files(id, field, names));
  const Value ours = field_of(again.ours, id, field);
  const Value theirs = field_of(again.theirs, id, field);
  const bool is_sealed_14 =
      again.fixture.format == "0.14" && !again.fixture.is_public() && field == "_files";
  for (const std::string& name : names) {
    INFO(name);
    CHECK(cid_of_file(*ours.find(name)) == cid_of_file(*theirs.find(name)));
    CHECK(content_of(again.ours, *ours.find(name)) == content_of(again.theirs, *theirs.find(name)));
    if (is_sealed_14) continue;  // random IVs: another CAR
    CHECK(*ours.find(name) == *theirs.find(name));
    const std::string car = car_of(*theirs.find(name));
    CHECK(again.our_storage.tables["file"].at(car) == again.their_storage.tables["file"].at(car));
  }
}

}  // namespace

TEST_CASE("attachments of the package are written again byte for byte", "[attachments]") {
  for (const char* name : {"0.14/h-files", "0.14/h2-files-public-db"}) {
    Again again(name);
    check_same(again, "one-file", "_files", {"hello.txt"});
    check_same(again, "two-files", "_files", {"b.txt", "two-chunks.bin"});
    check_same(again, "empty-file", "_files", {"nothing.dat"});
    check_same(again, "public-files", "_publicFiles", {"pub.txt", "pub2.txt"});
  }
  Again again("0.24/h-files");
  check_same(again, "big", "_files", {"big.bin"});
  check_same(again, "public", "_publicFiles", {"p.txt"});
  // Two files, then a third beside the entries of those.
  write(again.ours, "small", "_files", again.files("small", "_files", {"hello.txt", "data.json"}));
  const Value first = field_of(again.ours, "small", "_files");
  // The entries in the order in which they are read.
  const std::string kept = R"("data.json":)" + dag_json::encode(*first.find("data.json")) +
                           R"(,"hello.txt":)" + dag_json::encode(*first.find("hello.txt"));
  write(again.ours, "small", "_files", again.files("small", "_files", {"more.txt"}), kept);
  const Value theirs = field_of(again.theirs, "small", "_files");
  CHECK(same_json(field_of(again.ours, "small", "_files"), theirs));
  const std::string car = car_of(*theirs.find("more.txt"));
  CHECK(again.our_storage.tables["file"].at(car) == again.their_storage.tables["file"].at(car));
}

TEST_CASE("0.14 cuts files at 1 MiB", "[attachments]") {
  // As observed: "attachment of exactly 1 MiB and of 1 MiB + 1".
  const auto shape = [](std::size_t size) {
    std::vector<std::pair<std::uint64_t, std::size_t>> found;
    for (const NewBlock& block : format_14().file_blocks(Bytes(size, 1)))
      found.emplace_back(block.cid.codec(), block.data.size());
    return found;
  };
  constexpr std::size_t kChunk = 1'048'576;
  using Shape = std::vector<std::pair<std::uint64_t, std::size_t>>;
  CHECK(shape(0) == Shape{{codec::kRaw, 0}});
  CHECK(shape(kChunk) == Shape{{codec::kRaw, kChunk}});
  CHECK(shape(kChunk + 1) == Shape{{codec::kRaw, kChunk}, {codec::kRaw, 1}, {codec::kDagPb, 104}});
}

TEST_CASE("0.24 content that decodes as DAG-CBOR gets a CAR of its own", "[attachments]") {
  for (const Kind& kind : {kKinds[0], kKinds[1]}) {
    Written database(kind);
    const std::vector<File> files{file("one", "1"), file("text", "plain text"), file("two", "ab"),
                                  file("more", "more text")};
    write(database.host, "doc", "_files", files);
    const Value entries = field_of(database.host, "doc", "_files");
    std::set<std::string> cars;
    for (const File& each : files) {
      cars.insert(car_of(*entries.find(each.name)));
      CHECK(content_of(database.host, *entries.find(each.name)) == each.content);
    }
    CHECK(cars.size() == 3);
    CHECK(car_of(*entries.find("text")) == car_of(*entries.find("more")));
    CHECK(database.storage.tables["file"].size() == 3);
  }
}

TEST_CASE("attachments are read back after reopening, and belong to what a remote gets",
          "[attachments]") {
  for (const Kind& kind : kKinds) {
    INFO(name_of(kind));
    Written database(kind);
    const File large{"large.bin", Bytes(2'500'000, 3), "application/octet-stream", 5};
    write(database.host, "doc", "_files", {large, file("small.txt", "small one")});
    write(database.host, "doc2", "_publicFiles", {file("public.txt", "for everybody")});
    CHECK(texts(database.host.json("replica"), "files").size() == 2);
    Storage copy = database.storage.copy();
    Host reopened(copy, options_of(kind));
    const Value entries = field_of(reopened, "doc", "_files");
    CHECK(content_of(reopened, *entries.find("large.bin")) == large.content);
    const Value shared = field_of(reopened, "doc2", "_publicFiles");
    CHECK(as_text(content_of(reopened, *shared.find("public.txt"))) == "for everybody");
    CHECK(shared.find("public.txt")->find<Integer>("size")->magnitude == 13);
  }
}

TEST_CASE("a file without content is refused, and nothing is stored", "[attachments]") {
  for (const Kind& kind : kKinds) {
    Written database(kind);
    const std::vector<File> files{file("a", "a"), file("b", "b")};
    const auto refused =
        database.host.call("write", with_files("doc", "_files", files), {files[0].content});
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::kInvalidDocument);
    CHECK(database.storage.tables["file"].empty());
    CHECK(!database.storage.record);
  }
}

}  // namespace fireproof::test
