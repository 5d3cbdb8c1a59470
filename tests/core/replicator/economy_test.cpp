// What replication costs, in requests and bytes. Requests are those of a program: without preflights of pages, and without
// the probe of a remote that is not known yet.
#include <iostream>

#include "support/catch.hpp"
#include "support/device.hpp"

namespace fireproof::test {
namespace {

EngineOptions options_of(const std::string& format, std::uint8_t device) {
  EngineOptions options;
  options.format = format;
  options.key = std::string(format == "0.24" ? 32 : 64, '7');
  options.entropy[0] = device;
  return options;
}

std::string key_of(int n) {
  std::string digits = std::to_string(n);
  return "doc-" + std::string(6 - digits.size(), '0') + digits;
}

// A note of about 300 bytes, as the comparison with other systems uses them.
std::string note(int n) {
  Random random(static_cast<std::uint64_t>(n) + 1);
  const auto words = [&](std::size_t length) {
    std::string text;
    while (text.size() < length) {
      for (std::size_t letters = 2 + random.below(8); letters > 0; --letters)
        text.push_back(static_cast<char>('a' + random.below(26)));
      text.push_back(' ');
    }
    return text;
  };
  return R"({"_id":")" + key_of(n) + R"(","type":"note","title":")" + words(30) + R"(","body":")" +
         words(200) + R"(","n":)" + std::to_string(n) + R"(,"tags":[")" + words(5) + R"(",")" +
         words(5) + R"(",")" + words(5) + R"("]})";
}

void write(Device& device, int from, int to) {
  std::string documents;
  for (int n = from; n < to; ++n) documents += (n == from ? "" : ",") + note(n);
  device.host().json("write", R"({"docs":[)" + documents + "]}");
}

}  // namespace

TEST_CASE("300 awaited puts in 5 seconds are at most 20 uploads, and few bytes a put",
          "[economy]") {
  struct Case {
    const char* format;
    int documents;  // there already
    std::uint64_t bytes_a_put;
  };
  for (const Case& each : {Case{"0.24", 0, 1024}, Case{"0.24", 700, 1024}, Case{"0.14", 0, 3072},
                           Case{"0.14", 700, 3072}}) {
    INFO(each.format << " on " << each.documents << " documents");
    Remote remote("x", each.format);
    Device device(options_of(each.format, 1));
    device.connect(remote);
    for (int n = 0; n < each.documents; n += 100) write(device, n, n + 100);
    device.host().pass(60'000);
    const int uploads_before = remote.cars_put + remote.metas_put;
    const std::uint64_t bytes_before = remote.bytes_put;
    constexpr int kPuts = 300;
    for (int n = 0; n < kPuts; ++n) {
      write(device, each.documents + n, each.documents + n + 1);
      device.host().pass(5000.0 / kPuts);
    }
    device.host().pass(60'000);
    const int uploads = remote.cars_put + remote.metas_put - uploads_before;
    const std::uint64_t bytes = (remote.bytes_put - bytes_before) / kPuts;
    std::cout << "economy, " << each.format << " on " << each.documents << " documents: " << uploads
              << " uploads, " << bytes << " bytes a put\n";
    CHECK(uploads <= 20);
    CHECK(bytes <= each.bytes_a_put);
    Device fresh(options_of(each.format, 2));
    const int requests = remote.requests;
    fresh.connect(remote);
    fresh.refresh_until_done();
    CHECK(fresh.documents() == device.documents());
    // One that clones asks for the meta, each CAR, and here once more for the meta.
    CHECK(remote.requests - requests <= remote.cars_put + 2);
  }
}

TEST_CASE("a round without news is one request, answered without a body", "[economy]") {
  for (const char* format : {"0.24", "0.14"}) {
    INFO(format);
    Remote remote("x", format);
    Device device(options_of(format, 1));
    device.connect(remote);
    write(device, 0, 3);
    device.host().pass(60'000);
    const int unchanged = remote.unchanged;
    const int requests = remote.requests;
    for (int round = 0; round < 5; ++round) device.refresh_until_done();
    CHECK(remote.requests == requests + 5);
    CHECK(remote.unchanged == unchanged + 5);
  }
}

TEST_CASE("a network that fails now and then does not add up to long waits", "[economy]") {
  Remote remote("x", "0.24");
  Device writer(options_of("0.24", 1));
  writer.connect(remote);
  for (int n = 0; n < 80; ++n) {
    write(writer, n, n + 1);
    writer.refresh_until_done();
  }
  Random random(1);
  remote.before = [&](const std::string&) -> std::optional<Error> {
    if (!random.one_in(6)) return std::nullopt;
    return Error{ErrorCode::kOffline, "injected", false, {}};
  };
  Device fresh(options_of("0.24", 2));
  const Time begin = fresh.host().now();
  fresh.connect(remote);
  while (fresh.documents() != writer.documents() && fresh.host().now() < begin + 600'000)
    fresh.host().pass(1000);
  CHECK(fresh.host().now() - begin < 60'000);
}

TEST_CASE("nothing is uploaded that the remote is known to have", "[economy]") {
  for (const char* format : {"0.24", "0.14"}) {
    INFO(format);
    Remote remote("x", format);
    Device a(options_of(format, 1));
    Device b(options_of(format, 2));
    a.connect(remote);
    write(a, 0, 10);
    a.refresh_until_done();
    b.connect(remote);
    for (int n = 10; n < 30; ++n) {
      Device& writer = n % 3 == 0 ? a : b;
      write(writer, n, n + 1);
      writer.refresh_until_done();
      if (n % 7 == 0) {
        writer.reopen();
        writer.connect(remote);
      }
    }
    a.refresh_until_done();
    b.refresh_until_done();
    CHECK(a.documents() == b.documents());
    CHECK(remote.cars_put == remote.cars_held());
    CHECK(remote.repeated_cars == 0);
  }
}

}  // namespace fireproof::test
