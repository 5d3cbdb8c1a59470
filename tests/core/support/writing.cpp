#include "support/writing.hpp"

#include <stdexcept>

#include "support/fixtures.hpp"
#include "support/writer.hpp"

namespace fireproof::test {

std::string name_of(const Kind& kind) {
  return std::string(kind.format) + (kind.is_public ? " public" : " encrypted");
}

EngineOptions options_of(const Kind& kind, std::uint8_t seed) {
  EngineOptions options;
  options.format = kind.format;
  options.is_public = kind.is_public;
  if (!kind.is_public)
    options.key = SecretKey(Bytes(find_format(kind.format)->key_size(), 7)).hex();
  options.entropy[0] = seed;
  options.seal_after = SIZE_MAX;
  options.compact_after = SIZE_MAX;
  return options;
}

std::string put_of(const std::string& id, std::uint64_t n) {
  return R"({"docs":[{"_id":")" + id + R"(","n":)" + std::to_string(n) + "}]}";
}

std::string delete_of(const std::string& id) {
  return R"({"docs":[{"_id":")" + id + R"(","_deleted":true}]})";
}

std::string bulk_of(int from, int to, std::size_t padding) {
  std::string json = R"({"docs":[)";
  for (int number = from; number < to; ++number) {
    if (number > from) json.push_back(',');
    json.append(R"({"_id":")").append(document_id(number));
    json.append(R"(","n":)").append(std::to_string(number));
    json.append(R"(,"text":")").append(std::string(padding, 'x')).append("\"}");
  }
  return json + "]}";
}

std::vector<std::string> Written::put(const std::string& id, std::uint64_t n) {
  return texts(host.json("write", put_of(id, n)), "clock");
}

void Written::put_many(const std::string& prefix, int count) {
  for (int n = 0; n < count; ++n) put(prefix + std::to_string(n), static_cast<std::uint64_t>(n));
}

std::vector<std::string> Written::seal() { return texts(host.json("replica"), "cars"); }

OpenedCar Written::open(const Cid& car) {
  const Database& database = host.engine().database();
  auto opened = database.format().open(car, stored(car), database.keys(), CarKind::kData);
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

std::string Written::documents() {
  auto answer = host.call("allDocs");
  if (!answer) throw std::runtime_error(answer.error().message);
  return std::move(*answer);
}

std::string Written::documents_after_reopening() {
  Storage copy = storage.copy();
  Host reopened(copy, options_);
  auto answer = reopened.call("allDocs");
  if (!answer) throw std::runtime_error(answer.error().message);
  return std::move(*answer);
}

void publish(Written& from, Remote& to) {
  const std::vector<std::string> cars = from.seal();
  to.set(to.meta_path(), from.host.answer_bytes);
  for (const std::string& text : cars) {
    const Cid car = *Cid::parse(text);
    to.set(to.car_path(CarKind::kData, car), from.stored(car));
  }
}

}  // namespace fireproof::test
