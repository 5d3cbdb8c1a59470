// Sending what was written to a remote that fails, forgets and is written to by others at the same time.
#include <iostream>
#include <set>

#include "support/catch.hpp"
#include "support/device.hpp"

namespace fireproof::test {
namespace {

struct Kind {
  std::string format;
  bool is_public = false;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"0.24", false}, {"0.24", true}, {"0.14", false}, {"0.14", true}};
  return all;
}

EngineOptions options_of(const Kind& kind, std::uint8_t device) {
  EngineOptions options;
  options.format = kind.format;
  options.is_public = kind.is_public;
  if (!kind.is_public) options.key = std::string(kind.format == "0.24" ? 32 : 64, '7');
  options.entropy[0] = device;
  options.seal_after = 5;
  options.compact_after = 12;
  return options;
}

std::string name_of(const Kind& kind) {
  return kind.format + (kind.is_public ? ", public" : ", encrypted");
}

// Guarantee: a meta names only CARs that the remote has, in every header that it leads to.
void check_meta(const Kind& kind, const Remote& remote) {
  const Format& format = *find_format(kind.format);
  KeyRing keys;
  const std::size_t size = format.key_size();
  if (!kind.is_public) keys.add(*SecretKey::parse(std::string(size * 2, '7'), size));
  const auto bytes = remote.get(remote.meta_path());
  REQUIRE(bytes);
  const auto meta = format.read_meta(*bytes);
  REQUIRE(meta);
  for (const MetaEntry& entry : meta->entries) {
    const Cid& newest = entry.group.front();
    auto car = remote.get(remote.car_path(CarKind::kData, newest));
    INFO(newest.text());
    REQUIRE(car);
    const auto opened = format.open(newest, std::move(*car), keys, CarKind::kData);
    REQUIRE(opened);
    REQUIRE(opened->header);
    for (const CarGroup& group : opened->header->cars) {
      for (const Cid& listed : group) CHECK(remote.get(remote.car_path(CarKind::kData, listed)));
    }
  }
}

Error failure() { return {ErrorCode::kServer, "injected", false}; }

}  // namespace

TEST_CASE("what one device writes, another has after both have synced", "[push]") {
  for (const Kind& kind : kinds()) {
    INFO(name_of(kind));
    Remote remote("x", kind.format);
    Device a(options_of(kind, 1));
    Device b(options_of(kind, 2));
    a.connect(remote);
    b.connect(remote);
    a.put("one", "by a");
    a.refresh_until_done();
    check_meta(kind, remote);
    b.refresh_until_done();
    b.put("two", "by b");
    b.remove("one");
    b.refresh_until_done();
    a.refresh_until_done();
    CHECK(a.documents() == b.documents());
    CHECK(a.clock() == b.clock());
    check_meta(kind, remote);
  }
}

TEST_CASE("nothing is sent when there is nothing to send, and nothing twice", "[push]") {
  for (const Kind& kind : kinds()) {
    INFO(name_of(kind));
    Remote remote("x", kind.format);
    Device a(options_of(kind, 1));
    a.connect(remote);
    a.put("one", "1");
    a.refresh_until_done();
    CHECK(remote.cars_put == 1);
    CHECK(remote.metas_put == 1);
    int requests = remote.requests;
    a.refresh_until_done();
    CHECK(remote.requests == requests + 1);  // the meta, unchanged
    a.reopen();
    a.connect(remote);
    requests = remote.requests;
    a.refresh_until_done();
    CHECK(remote.requests == requests + 1);
    CHECK(remote.cars_put == 1);

    Device b(options_of(kind, 2));
    requests = remote.requests;
    b.connect(remote);
    b.refresh_until_done();
    b.refresh_until_done();
    CHECK(remote.cars_put == 1);  // a fast-forward writes nothing
    CHECK(remote.metas_put == 1);
  }
}

TEST_CASE("whichever request fails, or is answered by nobody, all arrives in the end", "[push]") {
  int cases = 0;
  for (const Kind& kind : kinds()) {
    for (int failing = 0; failing < 10; ++failing) {
      for (const bool stored : {false, true}) {
        INFO(name_of(kind) << ", request " << failing << (stored ? " loses its answer" : " fails"));
        Remote remote("x", kind.format);
        Device a(options_of(kind, 1));
        Device b(options_of(kind, 2));
        a.connect(remote);
        b.connect(remote);
        a.put("base", "0");
        a.refresh_until_done();
        b.refresh_until_done();
        int count = 0;
        const auto fail_once = [&](const std::string&) -> std::optional<Error> {
          return count++ == failing ? std::optional<Error>(failure()) : std::nullopt;
        };
        (stored ? remote.after : remote.before) = fail_once;
        for (int n = 0; n < 8; ++n) {
          a.put("a" + std::to_string(n), "x");
          b.put("b" + std::to_string(n), "y");
          if (n % 3 == 0) (void)a.refresh();
          if (n % 3 == 1) (void)b.refresh();
        }
        remote.before = remote.after = nullptr;
        a.refresh_until_done();
        b.refresh_until_done();
        a.refresh_until_done();
        CHECK(a.documents() == b.documents());
        CHECK(a.clock() == b.clock());
        check_meta(kind, remote);
        Device fresh(options_of(kind, 3));
        fresh.connect(remote);
        fresh.refresh_until_done();
        CHECK(fresh.documents() == a.documents());
        CHECK(remote.requests > 0);
        ++cases;
      }
    }
  }
  std::cout << "push, failing requests: " << cases << " cases\n";
}

TEST_CASE("a remote that lost everything gets everything again", "[push]") {
  for (const Kind& kind : kinds()) {
    INFO(name_of(kind));
    Remote remote("x", kind.format);
    Device a(options_of(kind, 1));
    a.connect(remote);
    for (int n = 0; n < 12; ++n) {
      a.put("d" + std::to_string(n), "x");
      a.refresh_until_done();
    }
    remote.clear();
    a.refresh_until_done();
    check_meta(kind, remote);
    Device fresh(options_of(kind, 2));
    fresh.connect(remote);
    fresh.refresh_until_done();
    CHECK(fresh.documents() == a.documents());
  }
}

TEST_CASE("a head that another writer has overwritten is published again", "[push]") {
  for (const Kind& kind : kinds()) {
    INFO(name_of(kind));
    Remote remote("x", kind.format);
    remote.set_conditions(Condition::kIgnored);
    Device a(options_of(kind, 1));
    Device b(options_of(kind, 2));
    a.connect(remote, false);
    b.connect(remote, false);
    a.put("base", "0");
    a.refresh_until_done();
    b.refresh_until_done();
    a.put("mine", "a");
    a.refresh_until_done();
    const auto before = remote.get(remote.meta_path());
    b.put("other", "b");
    b.refresh_until_done();
    remote.set(remote.meta_path(), before);  // as a package that overwrites would leave it
    b.refresh_until_done();
    a.refresh_until_done();
    b.refresh_until_done();
    CHECK(a.documents() == b.documents());
    CHECK(a.clock() == b.clock());
  }
}

TEST_CASE("a remote under another key is left alone", "[push]") {
  for (const char* format : {"0.24", "0.14"}) {
    INFO(format);
    const Kind kind{format, false};
    Remote remote("x", kind.format);
    Device a(options_of(kind, 1));
    a.connect(remote);
    a.put("one", "1");
    a.refresh_until_done();
    const auto meta = remote.get(remote.meta_path());
    const int uploads = remote.cars_put;
    EngineOptions other = options_of(kind, 2);
    other.key = std::string(other.key.size(), '8');
    Device b(other);
    b.put("two", "2");
    b.connect(remote);
    const auto error = b.refresh();
    REQUIRE(error);
    CHECK((error->code == ErrorCode::kKeyMissing || error->code == ErrorCode::kKeyMismatch));
    CHECK(remote.get(remote.meta_path()) == meta);
    CHECK(remote.cars_put == uploads);
    CHECK(b.documents().find("two") != std::string::npos);
  }
}

TEST_CASE("fleets that write, sync, crash and fail at random lose nothing and agree", "[push]") {
  constexpr int kSeeds = 120;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    INFO("fleet with seed " << seed);
    Random random(seed);
    const Kind kind = kinds()[random.below(kinds().size())];
    Remote remote("x", kind.format);
    std::vector<std::unique_ptr<Device>> fleet;
    for (std::uint8_t n = 1; n <= 3; ++n)
      fleet.push_back(std::make_unique<Device>(options_of(kind, n)));
    std::set<std::string> written;
    fleet[0]->connect(remote);
    fleet[0]->put("base", "0");  // one origin: unrelated histories are another matter
    fleet[0]->refresh_until_done();
    for (auto& device : fleet) {
      device->connect(remote);
      device->refresh_until_done();
    }
    const auto fail_sometimes = [&](const std::string&) -> std::optional<Error> {
      return random.one_in(12) ? std::optional<Error>(failure()) : std::nullopt;
    };
    remote.before = remote.after = fail_sometimes;
    for (int step = 0; step < 60; ++step) {
      Device& device = *fleet[random.below(fleet.size())];
      const std::string id = "d" + std::to_string(random.below(12));
      switch (random.below(8)) {
        case 0:
        case 1:
        case 2:
          device.put(id, "step " + std::to_string(step));
          written.insert(id);
          break;
        case 3:
          device.remove(id);
          break;
        case 4:
          device.reopen();
          device.connect(remote);
          break;
        case 5:
          if (random.one_in(4)) (void)device.host().call("compact");
          break;
        default:
          (void)device.refresh();
      }
      if (random.one_in(10)) check_meta(kind, remote);
    }
    remote.before = remote.after = nullptr;
    for (int round = 0; round < 3; ++round) {
      for (auto& device : fleet) device->refresh_until_done();
    }
    check_meta(kind, remote);
    Device fresh(options_of(kind, 9));
    fresh.connect(remote);
    fresh.refresh_until_done();
    for (auto& device : fleet) {
      CHECK(device->documents() == fresh.documents());
      CHECK(device->clock() == fresh.clock());
    }
  }
  std::cout << "push, fleets: " << kSeeds << " seeds\n";
}

}  // namespace fireproof::test
