#include "support/device.hpp"

#include <stdexcept>

#include "ipld/dag_json.hpp"

namespace fireproof::test {

void Device::connect(Remote& remote, bool conditional, ConnectionId id) {
  host_->attach(remote, id);
  const std::string number = std::to_string(id);
  (void)host_->call("connect", R"({"connection":)" + number + R"(,"remote":"remote )" + number +
                                   R"(","mode":"sync","conditional":)" +
                                   (conditional ? "true}" : "false}"));
}

std::optional<Error> Device::refresh() {
  const auto done = host_->call("refresh", R"({"connection":1})");
  if (done) return std::nullopt;
  return done.error();
}

void Device::refresh_until_done(int attempts) {
  for (; attempts > 0; --attempts) {
    if (!refresh()) return;
  }
  throw std::runtime_error("no round succeeds");
}

void Device::put(const std::string& id, const std::string& text) {
  host_->json("write", R"({"docs":[{"_id":")" + id + R"(","text":")" + text + "\"}]}");
}

void Device::remove(const std::string& id) {
  host_->json("write", R"({"docs":[{"_id":")" + id + R"(","_deleted":true}]})");
}

std::string Device::documents() { return dag_json::encode(host_->json("allDocs")); }

std::string Device::clock() { return dag_json::encode(*host_->json("inspect").find("clock")); }

}  // namespace fireproof::test
