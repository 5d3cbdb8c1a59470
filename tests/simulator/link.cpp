#include "simulator/link.hpp"

#include <algorithm>

namespace fireproof::simulator {
namespace {

// A client gives up after this long without an answer.
constexpr Time kTimeout = 30'000;
constexpr Time kMostRetryAfter = 5'000;

}  // namespace

Time Link::latency() {
  return world_.once_in(faults_.slow) ? world_.some_time(100, kTimeout) : world_.some_time(1, 150);
}

void Link::fail(const Request& request, Error error, Time retry_after) {
  const Time until = error.code == ErrorCode::kTimeout ? world_.some_time(1'000, kTimeout)
                                                       : world_.some_time(1, 500);
  world_.after(until, request.client, [this, request, error, retry_after] {
    if (world_.tracing())
      world_.trace(name_ + " " + request.what + ": " + std::string(error_name(error.code)));
    request.failed(error, retry_after);
  });
}

void Link::send(Request request) {
  ++counts_.requests;
  if (is_down() || world_.once_in(faults_.request_lost)) {
    ++counts_.lost_requests;
    return fail(request, {world_.random.one_in(2) ? ErrorCode::kOffline : ErrorCode::kTimeout,
                          "the request was lost",
                          false,
                          {}});
  }
  if (world_.once_in(faults_.server_error)) {
    ++counts_.server_errors;
    const Time retry_after = world_.random.one_in(3) ? world_.some_time(0, kMostRetryAfter) : 0;
    return fail(request, {ErrorCode::kServer, "503", false, {}}, retry_after);
  }
  world_.after(latency(), [this, request = std::move(request)] {
    if (is_down()) {
      ++counts_.lost_requests;
      return fail(request, {ErrorCode::kTimeout, "the network went down", false, {}});
    }
    const Answer answer = request.at_store();
    if (world_.once_in(faults_.duplicate)) {
      ++counts_.duplicates;
      world_.after(world_.some_time(1, 5'000), [this, request] {
        world_.trace(name_ + " " + request.what + ", the second time");
        (void)request.at_store();
      });
    }
    if (world_.once_in(faults_.answer_lost)) {
      ++counts_.lost_answers;
      return fail(request, {ErrorCode::kTimeout, "the answer was lost", false, {}});
    }
    world_.after(latency(), request.client, [this, request, answer] {
      if (!is_down()) return answer();
      ++counts_.lost_answers;
      fail(request, {ErrorCode::kOffline, "the network went down", false, {}});
    });
  });
}

void Link::cut(Time span) {
  ++counts_.partitions;
  world_.trace(name_ + " is cut for " + std::to_string(static_cast<int>(span)) + " ms");
  down_until_ = std::max(down_until_, world_.now() + span);
}

void Link::heal() {
  down_until_ = 0;
  faults_ = {};
}

void Link::maybe_damage(Bytes& bytes) {
  if (!world_.once_in(faults_.damage)) return;
  ++counts_.damaged;
  bytes = test::mutated(bytes, world_.random);
}

void Link::maybe_cut(Bytes& bytes) {
  if (!world_.once_in(faults_.damage)) return;
  ++counts_.damaged;
  bytes.resize(world_.random.below(bytes.size()));
}

}  // namespace fireproof::simulator
