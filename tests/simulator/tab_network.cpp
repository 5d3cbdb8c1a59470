// What a tab asks of stores.
#include <stdexcept>

#include "simulator/fleet.hpp"
#include "simulator/tab.hpp"
#include "simulator/violation.hpp"

namespace fireproof::simulator {
namespace {

const char* status_of(input::Stored stored) {
  return stored == input::Stored::kStored            ? ": 200"
         : stored == input::Stored::kConditionFailed ? ": 412"
                                                     : ": 501";
}

}  // namespace

int Tab::store_of(ConnectionId connection) const {
  for (const auto& [store, attached] : connections_) {
    if (attached.id == connection) return store;
  }
  throw std::runtime_error("a command for a connection that is closed");
}

Tab::Attached* Tab::attached(ConnectionId connection) {
  for (auto& [store, attached] : connections_) {
    if (attached.id == connection) return &attached;
  }
  return nullptr;
}

void Tab::send(int store, const std::string& what, std::function<Link::Answer()> at_store,
               std::function<void(Error, Time)> failed) {
  device_.link(store).send(
      {alive_.lifetime(), std::move(at_store), std::move(failed), name() + " " + what});
}

void Tab::carry_out(command::GetMeta command) {
  Attached* asking = attached(command.connection);
  if (!asking) return;  // it was closed right after it was opened
  asking->traffic.note_round();
  const int number = store_of(command.connection);
  const ObjectStore& store = *device_.fleet().stores[static_cast<std::size_t>(number)];
  Link& link = device_.link(number);
  const ConnectionId id = command.connection;
  send(
      number, "GET meta of " + remote_name(number),
      [this, id, &world = world_, &store, &link, etag = std::move(command.etag)]() -> Link::Answer {
        const MetaVersion meta = store.meta();
        input::MetaReceived reply{id, input::MetaAbsent{}};
        if (meta.bytes && meta.etag == etag) reply.reply = input::MetaUnchanged{};
        if (meta.bytes && meta.etag != etag) {
          Bytes bytes = *meta.bytes;
          link.maybe_cut(bytes);
          reply.reply = input::MetaFound{{std::move(bytes)}, meta.etag};
        }
        return [this, id, reply, at = world.now()] {
          const bool is_new = std::holds_alternative<input::MetaFound>(reply.reply);
          if (Attached* connection = attached(id))
            (is_new ? connection->reads_of : connection->looked_at) = at;
          if (world_.tracing())
            world_.trace(name() + " GET meta: " +
                         (reply.reply.index() == 0   ? "200"
                          : reply.reply.index() == 1 ? "304"
                                                     : "404"));
          receive(reply);
        };
      },
      [this, id](const Error& error, Time retry_after) {
        receive(input::MetaReceived{id, error, retry_after});
      });
}

void Tab::end_transfer(TransferId transfer) {
  const auto at = under_way_.find(transfer);
  if (at == under_way_.end()) return;
  if (const auto connection = connections_.find(at->second.store); connection != connections_.end())
    connection->second.traffic.end(at->second.kind, at->second.car);
  under_way_.erase(at);
}

void Tab::carry_out(command::GetCar command) {
  if (!attached(command.connection)) return;
  attached(command.connection)->traffic.begin(command.kind, command.car);
  const int number = store_of(command.connection);
  const TransferId transfer = command.transfer;
  under_way_.emplace(transfer, Transfer{number, command.kind, command.car});
  const ObjectStore& store = *device_.fleet().stores[static_cast<std::size_t>(number)];
  Link& link = device_.link(number);
  send(
      number, "GET CAR " + brief(command.car),
      [this, transfer, command, &store, &link]() -> Link::Answer {
        std::optional<Bytes> bytes = store.car(command.kind, command.car);
        if (bytes) link.maybe_damage(*bytes);
        return [this, transfer, car = command.car, bytes = std::move(bytes)] {
          world_.trace(name() + " GET CAR " + brief(car) + (bytes ? ": 200" : ": 404"));
          if (under_way_.contains(transfer) && bytes) received_[transfer] = *bytes;
          end_transfer(transfer);
          receive(input::CarReceived{transfer, bytes});
        };
      },
      [this, transfer](Error error, Time retry_after) {
        end_transfer(transfer);
        receive(input::CarReceived{transfer, fail(std::move(error)), retry_after});
      });
}

void Tab::carry_out(const command::PeerSend& /*command*/) {
  throw std::logic_error("a frame for a peer, and there is none");
}

void Tab::carry_out(const command::PeerClose& /*command*/) {
  throw std::logic_error("the end of a peer, and there is none");
}

void Tab::carry_out(command::FindCar command) {
  if (!attached(command.connection)) return;
  const int number = store_of(command.connection);
  const ObjectStore& store = *device_.fleet().stores[static_cast<std::size_t>(number)];
  const TransferId transfer = command.transfer;
  send(
      number, "HEAD CAR " + brief(command.car),
      [this, transfer, command, &store]() -> Link::Answer {
        return [this, transfer, found = store.has_car(command.kind, command.car)] {
          receive(input::CarFound{transfer, found});
        };
      },
      [this, transfer](Error error, Time /*retry_after*/) {
        receive(input::CarFound{transfer, fail(std::move(error))});
      });
}

void Tab::carry_out(command::PutCar command) {
  if (!attached(command.connection)) return;
  attached(command.connection)->traffic.begin(command.kind, command.car);
  under_way_.emplace(command.transfer,
                     Transfer{store_of(command.connection), command.kind, command.car});
  world_.after(disk_time(), alive_.lifetime(), [this, command] {
    if (!under_way_.contains(command.transfer)) return;
    const auto& table = device_.storage.tables[command.kind == CarKind::kData ? "car" : "file"];
    const auto row = table.find(command.car.text());
    if (row != table.end()) return upload(command, row->second);
    ++device_.counts.gone;
    end_transfer(command.transfer);
    receive(input::CarSent{command.transfer, fail(ErrorCode::kNotFound, "the CAR is not stored")});
  });
}

void Tab::upload(const command::PutCar& command, Bytes bytes) {
  const TransferId transfer = command.transfer;
  const int number = under_way_.at(transfer).store;
  device_.note_upload(number, command.car);
  ObjectStore& store = *device_.fleet().stores[static_cast<std::size_t>(number)];
  send(
      number, "PUT CAR " + brief(command.car),
      [this, transfer, command, &store, bytes = std::move(bytes)]() -> Link::Answer {
        const input::Stored stored =
            store.put_car(command.kind, command.car, bytes, command.if_absent, command.look_first);
        return [this, transfer, car = command.car, stored, size = bytes.size()] {
          world_.trace(name() + " PUT CAR " + brief(car) + status_of(stored));
          if (stored == input::Stored::kUnsupported) ++device_.counts.unsupported;
          end_transfer(transfer);
          receive(input::CarSent{transfer, stored, 0, size});
        };
      },
      [this, transfer](Error error, Time retry_after) {
        end_transfer(transfer);
        receive(input::CarSent{transfer, fail(std::move(error)), retry_after});
      });
}

void Tab::carry_out(command::ProbeConditions command) {
  if (!attached(command.connection)) return;
  const TransferId transfer = command.transfer;
  const int number = store_of(command.connection);
  under_way_.emplace(transfer, Transfer{number, CarKind::kData, command.car});
  attached(command.connection)->traffic.begin(CarKind::kData, command.car);
  ObjectStore& store = *device_.fleet().stores[static_cast<std::size_t>(number)];
  send(
      number, "probe",
      [this, transfer, car = command.car, &store]() -> Link::Answer {
        require(store.has_car(CarKind::kData, car), Guarantee::kG1,
                "a CAR that the store does not have is no probe");
        const Condition absent = store.reaction();
        const Condition match = store.reaction();
        return [this, transfer, found = Conditions{absent, match, 0}] {
          world_.trace(name() + " probe: " + std::string(condition_name(found.both())));
          end_transfer(transfer);
          receive(input::ConditionsProbed{transfer, found});
        };
      },
      [this, transfer](Error error, Time /*retry_after*/) {
        end_transfer(transfer);
        receive(input::ConditionsProbed{transfer, fail(std::move(error))});
      });
}

void Tab::carry_out(command::PutMeta command) {
  if (!attached(command.connection)) return;
  attached(command.connection)->traffic.note_meta_put();
  const int number = store_of(command.connection);
  ObjectStore& store = *device_.fleet().stores[static_cast<std::size_t>(number)];
  const ConnectionId id = command.connection;
  const bool lawful = !device_.plan().writes_as_package;
  send(
      number, "PUT meta of " + remote_name(number),
      [this, id, lawful, &world = world_, command = std::move(command), &store]() -> Link::Answer {
        const auto condition = lawful ? command.condition : ObjectStore::Condition::kNone;
        const input::Stored stored = store.put_meta(command.bytes, condition, command.etag, lawful);
        const bool done = stored == input::Stored::kStored;
        return [this, id, stored, done, etag = done ? store.meta().etag : "", at = world.now()] {
          if (Attached* connection = attached(id); connection && done) connection->looked_at = at;
          if (Attached* connection = attached(id);
              connection && stored == input::Stored::kUnsupported)
            connection->traffic.note_meta_refused();
          world_.trace(name() + " PUT meta" + status_of(stored));
          receive(input::MetaSent{id, stored, etag});
        };
      },
      [this, id](Error error, Time retry_after) {
        receive(input::MetaSent{id, fail(std::move(error)), {}, retry_after});
      });
}

void Tab::carry_out(command::ReleaseTransfer command) {
  end_transfer(command.transfer);
  received_.erase(command.transfer);
}

}  // namespace fireproof::simulator
