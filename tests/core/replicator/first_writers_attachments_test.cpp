// Attachments of a history that gives way: sealed again with the key of the remote, and called so by their documents.
#include <iostream>
#include <set>

#include "support/catch.hpp"
#include "support/expectation.hpp"
#include "support/first_writers.hpp"

namespace fireproof::test {
namespace {

void attach(Device& device, const std::string& id, const char* field, const Bytes& content) {
  const std::string name = field;
  const auto answer =
      device.host().call("write",
                         R"({"docs":[{"_id":")" + id + R"(","text":"with a file",")" + name +
                             R"(":{"f":null}}],"patches":[{"path":[0,")" + name +
                             R"(","f"],"file":{"blob":0,"type":"text/plain"}}]})",
                         {content});
  INFO((answer ? std::string() : answer.error().message));
  REQUIRE(answer);
}

std::string car_of(Device& device, const std::string& id, const char* field) {
  const Value got = device.host().json("get", arguments_with("id", id));
  return *got.find("doc")->find(field)->find("f")->find("car")->find<std::string>("/");
}

Bytes content_of(Device& device, const std::string& id, const char* field) {
  const Value got = device.host().json("get", arguments_with("id", id));
  const Value& file = *got.find("doc")->find(field)->find("f");
  const std::string cid = *file.find("cid")->find<std::string>("/");
  const auto answer =
      device.host().call("file", R"({"cars":[")" + *file.find("car")->find<std::string>("/") +
                                     R"("],"cid":")" + cid + "\"}");
  INFO((answer ? std::string() : answer.error().message));
  REQUIRE(answer);
  return device.host().answer_bytes;
}

constexpr Kind kKinds14[] = {{"0.14", false}, {"0.14", true}};

}  // namespace

TEST_CASE("attachments go with the documents onto another history", "[first]") {
  const Bytes small(100, 5);
  const Bytes large(std::size_t{5} << 20,
                    6);  // of several blocks; two are more than what is held back
  int cases = 0;
  for (const Kind& kind : kKinds14) {
    for (std::uint64_t stop = 0;; ++stop) {
      INFO(name_of(kind) << ", stops before commit " << stop);
      Remote remote("x", kind.format);
      Device a(own_key(kind, 1));
      attach(a, "a", "_files", small);
      a.connect(remote);
      a.refresh_until_done();
      Device b(own_key(kind, 2));
      attach(b, "small", "_files", small);
      attach(b, "open", "_publicFiles", small);
      for (const char* id : {"large-1", "large-2"}) attach(b, id, "_files", large);
      attach(b, "replaced", "_files", Bytes(50, 7));
      b.put("replaced", "without a file");
      const std::string before = car_of(b, "small", "_files");
      const std::string open_before = car_of(b, "open", "_publicFiles");
      b.host().stop_before = b.host().commits + stop;
      bool stopped = false;
      try {
        b.connect(remote);
        b.refresh_until_done();
      } catch (const PowerLoss&) {
        stopped = true;
      }
      b.reopen();
      CHECK(content_of(b, "small", "_files") == small);
      b.connect(remote);
      settle({&b, &a});
      CHECK((car_of(b, "small", "_files") == before) == kind.is_public);
      CHECK(car_of(b, "open", "_publicFiles") == open_before);
      Device fresh(own_key(kind, 3));
      fresh.connect(remote);
      CHECK(!fresh.refresh());
      for (Device* device : {&a, &fresh}) {
        CHECK(content_of(*device, "a", "_files") == small);
        CHECK(content_of(*device, "small", "_files") == small);
        CHECK(content_of(*device, "open", "_publicFiles") == small);
        CHECK(content_of(*device, "large-1", "_files") == large);
        CHECK(content_of(*device, "large-2", "_files") == large);
      }
      ++cases;
      if (!stopped) break;
    }
  }
  std::cout << "first writers, attachments: " << cases << " cases\n";
}

}  // namespace fireproof::test
