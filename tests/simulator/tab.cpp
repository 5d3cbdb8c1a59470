#include "simulator/tab.hpp"

#include <stdexcept>

#include "ipld/json.hpp"
#include "simulator/fleet.hpp"
#include "simulator/violation.hpp"

namespace fireproof::simulator {
namespace {

std::string arguments_of(ConnectionId connection) {
  return R"({"connection":)" + std::to_string(connection) + "}";
}

}  // namespace

Tab::Tab(Device& device, int number)
    : device_(device), world_(device.fleet().world), number_(number) {
  auto engine = Engine::create(device.fleet().options());
  if (!engine) throw std::runtime_error(engine.error().message);
  engine_ = std::move(*engine);
}

Tab::~Tab() = default;

std::string Tab::name() const {
  return "tab " + std::to_string(device_.number()) + "." + std::to_string(number_);
}

void Tab::start() {
  world_.trace(name() + " opens");
  engine_->start();
  call("ready", "{}", [](const command::Answer& answer) {
    require(answer.json.has_value(), Guarantee::kG4,
            [&] { return "the database cannot be opened: " + answer.json.error().message; });
  });
}

void Tab::receive(Input input) {
  engine_->receive(std::move(input), device_.clock());
  for (Command& command : engine_->take_commands())
    std::visit([this](auto& content) { carry_out(std::move(content)); }, command);
}

// ---- calls

void Tab::call(const std::string& method, const std::string& arguments, OnAnswer on_answer,
               std::vector<Bytes> blobs) {
  const CallId id = next_call_++;
  calls_.emplace(id, OpenCall{method, world_.now(), std::move(on_answer)});
  receive(input::Call{id, method, arguments, std::move(blobs)});
}

void Tab::carry_out(command::Answer command) {
  const auto at = calls_.find(command.call);
  if (at == calls_.end()) throw std::runtime_error("a call is answered twice");
  const OpenCall call = std::move(at->second);
  calls_.erase(at);
  if (world_.tracing())
    world_.trace(name() + ": " + call.method + " " +
                 (command.json ? "is done" : "fails: " + command.json.error().message));
  if (call.on_answer) call.on_answer(command);
}

std::string Tab::describe_open_calls() const {
  std::string text;
  for (const auto& [id, call] : calls_)
    text += " " + call.method + " since " + std::to_string(static_cast<long>(call.since));
  return text;
}

void Tab::connect(int store) {
  Fleet& fleet = device_.fleet();
  const ConnectionId id = next_connection_++;
  connections_.emplace(store, Attached{id, TrafficWatch(world_, fleet.plan.poll), 0, 0});
  const ObjectStore& target = *fleet.stores[static_cast<std::size_t>(store)];
  const std::string concurrency = std::to_string(1 + world_.random.below(6));
  call("connect",
       R"({"connection":)" + std::to_string(id) + R"(,"remote":")" + remote_name(store) +
           R"(","mode":"sync","poll":)" + std::to_string(static_cast<long>(fleet.plan.poll)) +
           R"(,"concurrency":)" + concurrency + R"(,"conditional":)" +
           (target.is_asked_conditionally() ? "true" : "false") + "}",
       {});
}

void Tab::disconnect(int store) {
  const ConnectionId id = connections_.at(store).id;
  connections_.erase(store);
  ++device_.counts.disconnects;
  call("disconnect", arguments_of(id), {});
}

void Tab::call_connection(const std::string& method, int store, OnAnswer on_answer) {
  Attached& connection = connections_.at(store);
  connection.traffic.note_call();
  if (world_.tracing()) world_.trace(name() + " asks for " + method + " of " + remote_name(store));
  call(method, arguments_of(connection.id), std::move(on_answer));
}

void Tab::sync(int store) {
  const StoreWatch& watch = *device_.fleet().watches[static_cast<std::size_t>(store)];
  call_connection(
      "synced", store,
      [this, store, &watch, local = known_,
       remote = watch.covered()](const command::Answer& answer) {
        const auto at = connections_.find(store);
        if (!answer.json || at == connections_.end() || device_.plan().writes_as_package) return;
        require(
            watch.covered_since(at->second.looked_at, local.common(device_.watch.acknowledged())),
            Guarantee::kSynced,
            [&] { return name() + ": what was written before the call is not at the store"; });
        // Where heads are overwritten, nobody may have seen that of the moment of the call.
        if (!device_.fleet().plan.heads_only_grow(store)) return;
        if (const auto lost = device_.watch.below_head().first_missing(remote)) {
          throw Violation{Guarantee::kSynced,
                          name() + ": event " + brief(device_.fleet().history.event(*lost)) +
                              ", which the store had before the call, is not here"};
        }
      });
}

void Tab::read(const std::optional<std::string>& id) {
  const auto check = [this](const command::Answer& answer) {
    const bool fine = answer.json || answer.json.error().code == ErrorCode::kNotFound;
    require(fine, Guarantee::kG4,
            [&] { return name() + " cannot read: " + answer.json.error().message; });
  };
  if (id) return call("get", R"({"id":")" + *id + R"("})", check);
  call("allDocs", "{}", check);
}

void Tab::write(const std::string& arguments, std::vector<WrittenDocument> documents,
                std::vector<Bytes> blobs) {
  if (world_.tracing()) world_.trace(name() + " writes " + arguments);
  call(
      "write", arguments,
      [this, documents = std::move(documents)](const command::Answer& answer) {
        if (!answer.json) {
          ++device_.counts.refused;
          const bool full = answer.json.error().code == ErrorCode::kQuotaExceeded;
          require(full && device_.counts.full_commits > 0, Guarantee::kG1,
                  [&] { return "a write is refused: " + answer.json.error().message; });
          return;
        }
        std::vector<Cid> clock;
        const auto json = json::parse(*answer.json);
        for (const Value& event : *json->find<List>("clock"))
          clock.push_back(*Cid::parse(*event.get<std::string>()));
        device_.watch.acknowledge(clock, documents);
        ++device_.counts.acknowledged;
        known_.add(device_.fleet().history.below(clock));
      },
      std::move(blobs));
}

// ---- time and news

void Tab::carry_out(command::WakeAt command) {
  const std::uint64_t alarm = ++alarm_;
  if (!command.time) return;
  if (world_.tracing())
    world_.trace(name() + " wants to be woken in " +
                 std::to_string(*command.time - device_.clock()) + " ms");
  world_.after(*command.time - device_.clock(), alive_.lifetime(), [this, alarm] {
    if (alarm == alarm_) receive(input::Wake{});
  });
}

// The engine has another head now.
void Tab::note_change(const std::string& json) {
  std::vector<Cid> clock;
  const auto parsed = json::parse(json);
  for (const Value& event : *parsed->find<List>("clock"))
    clock.push_back(*Cid::parse(*event.get<std::string>()));
  known_ = known_.common(device_.watch.acknowledged());  // a rebase drops events
  known_.add(device_.watch.acknowledged().common(device_.fleet().history.below(clock)));
  files_ = files_read_;
}

void Tab::carry_out(const command::Notify& command) {
  if (world_.tracing() && (command.type == "status" || command.type == "error"))
    world_.trace(name() + " " + command.type + " " + command.json);
  Attached* connection = attached(command.connection);
  if (command.connection == 0 && command.type == "change") note_change(command.json);
  if (command.type != "status" || !connection) return;
  // Until a new meta has been read whole, what is said is said of the one before.
  if (command.json.starts_with(R"({"state":"idle")") ||
      command.json.starts_with(R"({"state":"pushing")"))
    connection->looked_at = std::max(connection->looked_at, connection->reads_of);
  if (command.json.find(R"("safe":true)") != std::string::npos) check_safe(command.connection);
}

void Tab::check_safe(ConnectionId id) {
  const Attached* connection = attached(id);
  if (!connection || device_.plan().writes_as_package) return;
  const int number = store_of(id);
  const StoreWatch& watch = *device_.fleet().watches[static_cast<std::size_t>(number)];
  Time since = connection->looked_at;
  const auto look = device_.looked_at.find(number);
  if (look != device_.looked_at.end() && !device_.fleet().plan.heads_only_grow(number))
    since = std::min(since, look->second);
  require(watch.covered_since(since, known_.common(device_.watch.acknowledged())), Guarantee::kSafe,
          [&] {
            return name() + " says that store " + std::to_string(number) +
                   " is safe, and its meta does not lead to all acknowledged writes";
          });
  const ObjectStore& store = *device_.fleet().stores[static_cast<std::size_t>(number)];
  for (const Cid& file : files_) {
    require(store.has_car(CarKind::kFile, file), Guarantee::kSafe, [&] {
      return name() + " says that store " + std::to_string(number) +
             " is safe, and attachment CAR " + brief(file) + " is not there";
    });
  }
}

}  // namespace fireproof::simulator
