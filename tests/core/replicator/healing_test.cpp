// Local CARs that are damaged or gone: other copies of their blocks are used; what is nowhere is named.
#include "support/catch.hpp"
#include "support/expectation.hpp"
#include "support/writing.hpp"

namespace fireproof::test {
namespace {

enum class Damage { kGone, kFlipped, kShort };

constexpr Damage kDamages[] = {Damage::kGone, Damage::kFlipped, Damage::kShort};

void damage(Storage& storage, const std::string& car, Damage how) {
  Bytes& bytes = storage.tables["car"].at(car);
  if (how == Damage::kFlipped) bytes[bytes.size() / 2] ^= 1;
  if (how == Damage::kShort) bytes.resize(bytes.size() / 2);
  if (how == Damage::kGone) storage.tables["car"].erase(car);
}

}  // namespace

TEST_CASE("a block that two CARs hold is read from the other one", "[healing]") {
  for (const Kind& kind : kKinds) {
    for (const Damage how : kDamages) {
      INFO(name_of(kind) << " damage " << static_cast<int>(how));
      Written database(kind);
      database.put_many("doc", 5);
      database.seal();
      database.put("doc0", 100);
      // The same value once more, and after it the same tree: its blocks are in the newest CAR too.
      database.put("doc0", 0);
      const std::string newest = database.record().tail.back().car.text();
      const std::string first = database.record().sealed.front().front().text();
      const auto get = arguments_with("id", "doc0");
      for (const std::string& car : {newest, first}) {
        Storage copy = database.storage.copy();
        damage(copy, car, how);
        Host host(copy, options_of(kind));
        const Value got = host.json("get", get);
        CHECK(got.find("doc")->find<Integer>("n")->magnitude == 0);
      }
    }
  }
}

TEST_CASE("a block that is nowhere is corrupt-block and named, and the rest is there",
          "[healing]") {
  for (const Kind& kind : kKinds) {
    for (const Damage how : kDamages) {
      INFO(name_of(kind) << " damage " << static_cast<int>(how));
      Written database(kind);
      database.put("lost", 1);
      database.seal();
      const std::string sealed = database.record().sealed.front().front().text();
      database.put("kept", 2);
      Storage copy = database.storage.copy();
      damage(copy, sealed, how);
      Host host(copy, options_of(kind));
      const auto lost = host.call("get", arguments_with("id", "lost"));
      REQUIRE(!lost);
      CHECK(lost.error().code == ErrorCode::kCorruptBlock);
      CHECK(lost.error().message.find("bafyrei") != std::string::npos);
      CHECK(host.call("get", arguments_with("id", "kept")));
      CHECK(host.call("write", put_of("new", 3)));
      CHECK(host.call("get", arguments_with("id", "new")));
      // Nothing is taken away when not everything can be read.
      const std::size_t cars = copy.tables["car"].size();
      CHECK(!host.call("compact"));
      CHECK(copy.tables["car"].size() == cars);
    }
  }
}

TEST_CASE("a CAR that is lost is fetched again from a remote that has it", "[healing]") {
  for (const Kind& kind : kKinds) {
    for (const Damage how : kDamages) {
      INFO(name_of(kind) << " damage " << static_cast<int>(how));
      Written database(kind);
      database.put("lost", 1);
      Remote remote("demo", kind.format);
      publish(database, remote);
      const std::string documents = database.documents();
      const std::string sealed = database.record().sealed.front().front().text();
      Storage copy = database.storage.copy();
      damage(copy, sealed, how);
      Host host(copy, options_of(kind));
      CHECK(!host.call("allDocs"));
      REQUIRE(!host.connect(remote));
      CHECK(*host.call("allDocs") == documents);
      CHECK(copy.tables["car"].at(sealed) == database.storage.tables["car"].at(sealed));
    }
  }
}

}  // namespace fireproof::test
