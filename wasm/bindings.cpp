// Bindings of the engine for JavaScript: handles, one staging buffer, one call a message. Nothing is decided here.

#include <emscripten/bind.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "replicator/engine.hpp"
#include "replicator/failures.hpp"
#include "replicator/message_json.hpp"

namespace {

using namespace fireproof;

struct Open {
  std::unique_ptr<Engine> engine;
  Bytes staging;
  std::vector<Bytes> blobs;
};

std::map<int, Open>& engines() {
  static std::map<int, Open> open;
  return open;
}

/// `{"handle": n}`, or `{"code", "message"}`. `entropy` is Entropy::kSeedSize random bytes in hex.
std::string create(const std::string& format, bool is_public, const std::string& key,
                   const std::string& entropy, double cache_budget) {
  static int next_handle = 1;
  EngineOptions options;
  options.format = format;
  options.is_public = is_public;
  options.key = key;
  const auto seed = SecretKey::parse(entropy, Entropy::kSeedSize);
  if (!seed) return error_json(seed.error());
  std::copy(seed->bytes().begin(), seed->bytes().end(), options.entropy.begin());
  options.cache_budget = static_cast<std::size_t>(cache_budget);
  auto engine = Engine::create(options);
  if (!engine) return error_json(engine.error());
  engines()[next_handle].engine = std::move(*engine);
  return R"({"handle":)" + std::to_string(next_handle++) + "}";
}

void destroy(int handle) { engines().erase(handle); }

/// The address of `size` bytes into which the bytes of the next message are copied.
std::size_t stage(int handle, std::size_t size) {
  Bytes& staging = engines().at(handle).staging;
  staging.resize(size);
  return reinterpret_cast<std::size_t>(staging.data());
}

std::string take(Open& open) {
  open.blobs.clear();
  return message_json::encode(open.engine->take_commands(), open.blobs);
}

/// Both give the commands as JSON; the blobs that they name stay valid until the next call for this handle.
std::string start(int handle) {
  Open& open = engines().at(handle);
  open.engine->start();
  return take(open);
}

std::string receive(int handle, const std::string& message, double now) {
  Open& open = engines().at(handle);
  auto input = message_json::decode(message, std::exchange(open.staging, {}));
  if (!input) return error_json(input.error());
  open.engine->receive(std::move(*input), now);
  return take(open);
}

std::size_t blob_address(int handle, std::size_t blob) {
  return reinterpret_cast<std::size_t>(engines().at(handle).blobs.at(blob).data());
}

std::size_t blob_size(int handle, std::size_t blob) {
  return engines().at(handle).blobs.at(blob).size();
}

}  // namespace

EMSCRIPTEN_BINDINGS(fireproof) {
  emscripten::function("create", &create);
  emscripten::function("destroy", &destroy);
  emscripten::function("stage", &stage);
  emscripten::function("start", &start);
  emscripten::function("receive", &receive);
  emscripten::function("blobAddress", &blob_address);
  emscripten::function("blobSize", &blob_size);
}
