#include "support/first_writers.hpp"

#include "ipld/json.hpp"
#include "support/catch.hpp"
#include "support/expectation.hpp"

namespace fireproof::test {

EngineOptions own_key(const Kind& kind, std::uint8_t device) {
  EngineOptions options = test::options_of(kind, device);
  options.key.clear();
  return options;
}

std::string key_of(Device& device) {
  const Value key = device.host().json("exportKey");
  const auto* hex = key.find<std::string>("hex");
  return hex ? *hex : std::string();
}

std::string text_of(Device& device, const std::string& id) {
  const auto answer = device.host().call("get", arguments_with("id", id));
  if (!answer) return "-";
  const Value document = *json::parse(*answer);
  return *document.find("doc")->find<std::string>("text");
}

Rebased rebased(Device& device) {
  Rebased found;
  for (const command::Notify& news : device.host().news) {
    if (news.connection != 0 || news.type != "rebased") continue;
    ++found.times;
    found.ids.clear();
    const Value detail = *json::parse(news.json);
    for (const std::string& id : texts(detail, "ids"))
      found.ids.append(found.ids.empty() ? "" : " ").append(id);
  }
  return found;
}

bool is_safe(Device& device) {
  bool safe = false;
  for (const command::Notify& news : device.host().news) {
    if (news.connection == 1 && news.type == "status")
      safe = *json::parse(news.json)->find<bool>("safe");
  }
  return safe;
}

void settle(std::initializer_list<Device*> devices) {
  for (int round = 0; round < 12; ++round) {
    bool quiet = true;
    for (Device* device : devices) {
      const std::string clock = device->clock();
      const auto error = device->refresh();
      INFO((error ? error->message : std::string()));
      const bool passes = !error || error->code == ErrorCode::kConflict;
      CHECK(passes);
      quiet = quiet && !error && device->clock() == clock && is_safe(*device);
    }
    if (quiet && round > 0) return;
  }
  FAIL_CHECK("the devices do not come to rest");
}

void check_agreement(const Kind& kind, Remote& remote, std::initializer_list<Device*> devices,
                     const std::string& key) {
  EngineOptions options = own_key(kind, 99);
  options.key = key;
  Device fresh(options);
  fresh.connect(remote);
  CHECK(!fresh.refresh());
  CHECK(fresh.documents().find("\"rows\":[]") == std::string::npos);
  for (Device* device : devices) {
    CHECK(device->documents() == fresh.documents());
    CHECK(device->clock() == fresh.clock());
    device->reopen();
    CHECK(device->documents() == fresh.documents());
    if (std::string(kind.format) == "0.14" && !kind.is_public)
      CHECK(key_of(*device) == key_of(fresh));
  }
}

}  // namespace fireproof::test
