// The connections of an engine: what is passed on to them, and what they know of each other.

#include <algorithm>

#include "replicator/connection.hpp"
#include "replicator/engine.hpp"
#include "replicator/peer_room.hpp"

namespace fireproof {
namespace {

/// Takes the callback of a transfer; none if it was released while the answer was on its way.
template <typename Callback>
Callback take(std::map<TransferId, Callback>& callbacks, TransferId transfer) {
  const auto at = callbacks.find(transfer);
  if (at == callbacks.end()) return {};
  Callback taken = std::move(at->second);
  callbacks.erase(at);
  return taken;
}

}  // namespace

void Engine::handle(input::MetaReceived&& meta) {
  if (const auto at = connections_.find(meta.connection); at != connections_.end()) {
    at->second->receive_meta(std::move(meta));
  }
}

TransferId Engine::get_car(ConnectionId connection, CarKind kind, const Cid& car,
                           std::function<void(input::CarReceived&&)> done) {
  const TransferId transfer = next_transfer_++;
  downloads_.emplace(transfer, std::move(done));
  send(command::GetCar{connection, transfer, kind, car});
  return transfer;
}

TransferId Engine::find_car(ConnectionId connection, CarKind kind, const Cid& car,
                            std::function<void(input::CarFound&&)> done) {
  const TransferId transfer = next_transfer_++;
  searches_.emplace(transfer, std::move(done));
  send(command::FindCar{connection, transfer, kind, car});
  return transfer;
}

TransferId Engine::put_car(command::PutCar upload, std::function<void(input::CarSent&&)> done) {
  upload.transfer = next_transfer_++;
  uploads_.emplace(upload.transfer, std::move(done));
  const TransferId transfer = upload.transfer;
  send(std::move(upload));
  return transfer;
}

TransferId Engine::probe(ConnectionId connection, const Cid& car,
                         std::function<void(input::ConditionsProbed&&)> done) {
  const TransferId transfer = next_transfer_++;
  probes_.emplace(transfer, std::move(done));
  send(command::ProbeConditions{connection, transfer, car});
  return transfer;
}

void Engine::handle(input::ConditionsProbed&& probed) {
  if (const auto done = take(probes_, probed.transfer)) done(std::move(probed));
}

void Engine::handle(input::CarFound&& found) {
  if (const auto done = take(searches_, found.transfer)) done(std::move(found));
}

void Engine::handle(input::CarSent&& sent) {
  if (const auto done = take(uploads_, sent.transfer)) done(std::move(sent));
}

void Engine::handle(input::MetaSent&& sent) {
  if (const auto at = connections_.find(sent.connection); at != connections_.end()) {
    at->second->receive_meta_sent(std::move(sent));
  }
}

void Engine::release(TransferId transfer) {
  downloads_.erase(transfer);
  searches_.erase(transfer);
  uploads_.erase(transfer);
  probes_.erase(transfer);
  send(command::ReleaseTransfer{transfer});
}

void Engine::handle(input::CarReceived&& car) {
  if (const auto done = take(downloads_, car.transfer)) done(std::move(car));
}

void Engine::handle(input::CarProgress&& progress) {
  for (const auto& [id, connection] : connections_) connection->receive_progress(progress);
}

void Engine::handle(input::Wake&& /*wake*/) {
  wake_at_.reset();
  for (const auto& [id, connection] : connections_) connection->wake();
  for (const auto& [id, room] : rooms_) room->wake();
}

void Engine::schedule_wake() {
  std::optional<Time> next;
  for (const auto& [id, connection] : connections_) {
    const auto due = connection->due();
    if (due && (!next || *due < *next)) next = due;
  }
  for (const auto& [id, room] : rooms_) {
    const auto due = room->due();
    if (due && (!next || *due < *next)) next = due;
  }
  if (next == wake_at_) return;
  wake_at_ = next;
  send(command::WakeAt{next ? std::optional<Time>(host_time(*next)) : std::nullopt});
}

bool Engine::publishes() const {
  return std::any_of(connections_.begin(), connections_.end(),
                     [](const auto& entry) { return entry.second->publishes(); });
}

bool Engine::is_connected(std::string_view remote) const {
  return std::any_of(connections_.begin(), connections_.end(),
                     [&](const auto& entry) { return entry.second->remote() == remote; });
}

bool Engine::others_are_looking(const Connection* self) const {
  return std::any_of(connections_.begin(), connections_.end(), [&](const auto& entry) {
    return entry.second.get() != self && entry.second->is_looking();
  });
}

void Engine::note_look() {
  const auto connections = connections_;
  for (const auto& [id, connection] : connections) connection->note_look_of_others();
}

std::optional<ConnectionId> Engine::connection_after(ConnectionId previous) const {
  for (auto at = connections_.upper_bound(previous); at != connections_.end(); ++at) {
    if (!at->second->is_paused()) return at->first;
  }
  return std::nullopt;
}

bool Engine::begin_file_fetch(const Cid& car, std::function<void()> later) {
  const auto [at, begins] = file_fetches_.try_emplace(car);
  if (!begins) at->second.push_back(std::move(later));
  return begins;
}

void Engine::end_file_fetch(const Cid& car) {
  const auto at = file_fetches_.find(car);
  if (at == file_fetches_.end()) return;
  const std::vector<std::function<void()>> waiting = std::move(at->second);
  file_fetches_.erase(at);
  for (const auto& later : waiting) later();
}

}  // namespace fireproof
