// Connections whose remote is a room of peers: what is asked of that remote is answered from the room.

#include <algorithm>

#include "replicator/connection.hpp"
#include "replicator/engine.hpp"
#include "replicator/peer_room.hpp"

namespace fireproof {

void Engine::open_room(ConnectionId number, const std::string& remote, const Value& arguments) {
  const auto* mode = arguments.find<std::string>("mode");
  const auto* database = arguments.find<std::string>("database");
  const bool* keeps = arguments.find<bool>("keeps");
  rooms_[number] = std::make_shared<PeerRoom>(
      *this,
      PeerRoom::Options{number, remote, database ? *database : std::string(),
                        !mode || *mode != "pull", !mode || *mode != "push", keeps && *keeps});
}

void Engine::close_room(ConnectionId number) {
  const auto at = rooms_.find(number);
  if (at == rooms_.end()) return;
  at->second->leave();
  rooms_.erase(at);
}

void Engine::call_room(CallId id, ConnectionId number, const std::string& value) {
  const auto at = rooms_.find(number);
  if (at == rooms_.end())
    return answer(id, fail(ErrorCode::kInvalidArgument, "this connection has no peers"));
  const Status sent = at->second->send_value(value);
  answer(id, sent ? Result<std::string>("{}") : fail(sent.error()));
}

const PeerRoom* Engine::peers_of(ConnectionId connection) const {
  const auto at = rooms_.find(connection);
  return at == rooms_.end() ? nullptr : at->second.get();
}

void Engine::note_news(ConnectionId connection) {
  if (const auto at = connections_.find(connection); at != connections_.end())
    at->second->note_news();
}

/// True if the command is one for a room, which has taken it. Bytes that a room holds are put into commits.
bool Engine::take_for_peers(Command& command) {
  if (auto* meta = std::get_if<command::GetMeta>(&command)) {
    const auto at = rooms_.find(meta->connection);
    if (at == rooms_.end()) return false;
    at->second->get_meta(std::move(meta->etag));
    return true;
  }
  if (const auto* car = std::get_if<command::GetCar>(&command)) {
    const auto at = rooms_.find(car->connection);
    if (at == rooms_.end()) return false;
    at->second->get_car(*car);
    return true;
  }
  if (const auto* released = std::get_if<command::ReleaseTransfer>(&command)) {
    return std::any_of(rooms_.begin(), rooms_.end(),
                       [&](const auto& room) { return room.second->release(released->transfer); });
  }
  if (auto* commit = std::get_if<command::Commit>(&command)) {
    for (StoredRow& row : commit->rows) {
      const auto* transfer = std::get_if<TransferId>(&row.content);
      for (const auto& [number, room] : rooms_) {
        const Bytes* bytes = transfer ? room->content(*transfer) : nullptr;
        if (!bytes) continue;
        row.content = *bytes;
        break;
      }
    }
  }
  return false;
}

/// Lets rooms do what is due and answer what was asked of them; false if nothing came of it.
bool Engine::hear_peers() {
  bool heard = false;
  for (const auto& [number, room] : rooms_) {
    while (auto reply = room->next_reply()) {
      heard = true;
      std::visit([this](auto&& content) { handle(std::move(content)); }, std::move(*reply));
    }
  }
  return heard || operations_dirty_;  // also what a room has begun goes on at once
}

void Engine::handle(input::PeerLink&& link) {
  if (const auto at = rooms_.find(link.connection); at != rooms_.end())
    at->second->set_link(std::move(link.error));
}

void Engine::handle(input::PeerOpened&& opened) {
  if (const auto at = rooms_.find(opened.connection); at != rooms_.end())
    at->second->open(opened.peer);
}

void Engine::handle(input::PeerReceived&& received) {
  if (const auto at = rooms_.find(received.connection); at != rooms_.end())
    at->second->receive(received.peer, std::move(received.bytes));
}

void Engine::handle(input::PeerClosed&& closed) {
  if (const auto at = rooms_.find(closed.connection); at != rooms_.end())
    at->second->close(closed.peer);
}

}  // namespace fireproof
