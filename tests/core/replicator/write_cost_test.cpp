// What a write costs does not grow with the database, beyond what its format demands.
#include "replicator/car_rows.hpp"
#include "support/catch.hpp"
#include "support/expectation.hpp"
#include "support/large.hpp"
#include "support/writer.hpp"

namespace fireproof::test {
namespace {

// What one call read and wrote, in a session that has read nothing yet.
struct Cost {
  std::uint64_t ranges = 0;  // of CARs
  std::uint64_t read = 0;    // bytes
  std::uint64_t rows = 0;
  std::uint64_t written = 0;  // bytes
};

std::string describe(const Cost& cost) {
  return std::to_string(cost.ranges) + " ranges, " + std::to_string(cost.read) + " bytes read, " +
         std::to_string(cost.rows) + " rows, " + std::to_string(cost.written) + " bytes written";
}

Cost cost_of(Storage& storage, const Kind& kind, const std::string& method,
             const std::string& arguments) {
  Host host(storage, options_of(kind));
  host.json("ready");
  CHECK(host.engine().loader().ranges_read() == 0);
  host.json(method, arguments);
  return {host.engine().loader().ranges_read(), host.bytes_read, host.rows_written,
          host.bytes_written};
}

struct Bounds {
  const char* format;
  std::uint64_t ranges;
  std::uint64_t read;
  std::uint64_t written;
};

// 0.24: a small shard for each character of the id. 0.14: shards of up to 512 KiB, written in the old and the new version.
// A CAR of up to 512 KiB is read whole.
constexpr Bounds kBounds[] = {{"0.24", 10, 60'000, 10'000}, {"0.14", 3, 600'000, 1'200'000}};

const Bounds& bounds_of(const Kind& kind) {
  return std::string(kind.format) == "0.24" ? kBounds[0] : kBounds[1];
}

}  // namespace

TEST_CASE("a put reads and writes a bounded part of a database of any size", "[cost]") {
  for (const Kind& kind : kKinds) {
    const Bounds& bounds = bounds_of(kind);
    for (const int documents : {100, 10'000, 100'000}) {
      if (documents > 100 && !kind.is_public) continue;  // the same, but for the cipher
      Storage storage;
      store_large(storage, kind, documents);
      const std::string id = document_id(documents / 3);
      const Cost get = cost_of(storage, kind, "get", arguments_with("id", id));
      const Cost put = cost_of(storage, kind, "write", put_of(id, 1));
      WARN(name_of(kind) << ", " << documents << " documents: get " << describe(get) << "; put "
                         << describe(put));
      CHECK(get.ranges <= bounds.ranges + 1);
      CHECK(get.read <= bounds.read);
      CHECK(get.rows == 0);
      CHECK(put.ranges <= bounds.ranges);
      CHECK(put.read <= bounds.read);
      // The CAR; if it is large, where its blocks lie and its event.
      CHECK(put.rows == (put.written > kRowlessCar ? 3 : 1));
      CHECK(put.written <= bounds.written);
    }
  }
}

TEST_CASE("a burst of 300 puts is sealed into few bytes for each", "[cost]") {
  for (const Kind& kind : kKinds) {
    for (const int documents : {0, 1000}) {
      if ((documents > 0) != kind.is_public) continue;
      Written database(kind);
      if (documents > 0) store_large(database.storage, kind, documents);
      Host host(database.storage, options_of(kind));
      for (int n = 0; n < 300; ++n)
        host.json("write", put_of("new" + std::to_string(n), static_cast<std::uint64_t>(n)));
      const Value sealed = host.json("replica");
      const std::string newest = texts(sealed, "cars").front();
      const std::size_t each = database.storage.tables["car"].at(newest).size() / 300;
      WARN(name_of(kind) << ", on " << documents << " documents: " << each << " bytes a put");
      CHECK(each < (std::string(kind.format) == "0.24" ? 1000 : 3000));
    }
  }
}

}  // namespace fireproof::test
