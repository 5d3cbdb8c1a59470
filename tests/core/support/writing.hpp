// Databases that a test writes through the engine.
#pragma once

#include <string>
#include <vector>

#include "support/host.hpp"

namespace fireproof::test {

// What a database is made as.
struct Kind {
  const char* format;
  bool is_public;
};

constexpr Kind kKinds[] = {{"0.24", true}, {"0.24", false}, {"0.14", true}, {"0.14", false}};

std::string name_of(const Kind& kind);

// Options with this seed, that neither seal nor compact by themselves. Encrypted databases share one key.
EngineOptions options_of(const Kind& kind, std::uint8_t seed = 1);

// Arguments of "write": one document `{_id, n}`, a deletion, or a bulk of the documents numbered `from` to `to` - 1, named by
// `document_id` of support/writer.hpp, with `padding` characters each.
std::string put_of(const std::string& id, std::uint64_t n);
std::string delete_of(const std::string& id);
std::string bulk_of(int from, int to, std::size_t padding = 0);

// A database in memory.
class Written {
 public:
  explicit Written(const Kind& kind) : Written(options_of(kind)) {}
  explicit Written(EngineOptions options) : host(storage, options), options_(std::move(options)) {}

  // One commit; gives the clock after it.
  std::vector<std::string> put(const std::string& id, std::uint64_t n);
  void put_many(const std::string& prefix, int count);

  // The CARs that a remote gets, newest first, after sealing.
  std::vector<std::string> seal();
  void compact() { host.json("compact"); }

  [[nodiscard]] const LocalRecord& record() { return host.engine().record(); }
  [[nodiscard]] const Bytes& stored(const Cid& car) { return storage.tables["car"].at(car.text()); }
  [[nodiscard]] OpenedCar open(const Cid& car);
  [[nodiscard]] std::string documents();

  // The same from a new engine on what is stored.
  [[nodiscard]] std::string documents_after_reopening();

  Storage storage;
  Host host;

 private:
  EngineOptions options_;
};

// Puts what a remote gets into one.
void publish(Written& from, Remote& to);

}  // namespace fireproof::test
