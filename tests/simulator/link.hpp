// The way from one device to one store, with its delays and failures.
#pragma once

#include <functional>
#include <string>

#include "simulator/plan.hpp"
#include "simulator/world.hpp"

namespace fireproof::simulator {

// What went wrong so far, for bounds and for the report.
struct LinkCounts {
  std::uint64_t requests = 0;
  std::uint64_t lost_requests = 0;
  std::uint64_t lost_answers = 0;
  std::uint64_t server_errors = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t damaged = 0;
  std::uint64_t partitions = 0;

  [[nodiscard]] std::uint64_t failures() const {
    return lost_requests + lost_answers + server_errors + damaged;
  }
};

class Link {
 public:
  // What the client does when the answer arrives.
  using Answer = std::function<void()>;

  struct Request {
    Lifetime
        client;  // nobody is told when it is gone; a request that is on its way arrives all the same
    std::function<Answer()> at_store;  // carried out there, maybe twice, maybe never
    std::function<void(Error error, Time retry_after)> failed;
    std::string what;  // for the trace
  };

  // Nothing goes wrong before `begin_faults`.
  Link(World& world, std::string name) : world_(world), name_(std::move(name)) {}

  // Exactly one of the answer and `failed` reaches the client, after a while.
  void send(Request request);

  // Nothing gets through for so long.
  void cut(Time span);
  void begin_faults(const Faults& faults) { faults_ = faults; }
  // From now on nothing goes wrong any more.
  void heal();

  // Damages the bytes of a download, sometimes.
  void maybe_damage(Bytes& bytes);

  // Cuts a text short, sometimes.
  void maybe_cut(Bytes& bytes);

  [[nodiscard]] const LinkCounts& counts() const { return counts_; }

 private:
  [[nodiscard]] bool is_down() const { return world_.now() < down_until_; }
  Time latency();
  void fail(const Request& request, Error error, Time retry_after = 0);

  World& world_;
  Faults faults_;
  std::string name_;
  Time down_until_ = 0;
  LinkCounts counts_;
};

}  // namespace fireproof::simulator
