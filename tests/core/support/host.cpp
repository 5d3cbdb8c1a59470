#include "support/host.hpp"

#include <algorithm>
#include <stdexcept>

#include "crypto/sha256.hpp"
#include "ipld/json.hpp"
#include "support/files.hpp"

namespace fireproof::test {

std::string etag_of(ByteView bytes) { return cid_of(codec::kRaw, bytes).text(); }

std::string Remote::car_path(CarKind kind, const Cid& car) const {
  return (kind == CarKind::kData ? "data/fp." : "file/fp.") + database_ + "/" + car.text() + ".car";
}

std::optional<Bytes> Remote::get(const std::string& path) const {
  if (const auto at = objects_.find(path); at != objects_.end()) return at->second;
  if (folder_.empty() || !is_file(folder_ + "/" + path)) return std::nullopt;
  return read_file(folder_ + "/" + path);
}

int Remote::cars_held() const {
  return static_cast<int>(std::count_if(objects_.begin(), objects_.end(), [](const auto& object) {
    return object.second && object.first.ends_with(".car");
  }));
}

Host::Host(Storage& storage, const EngineOptions& options) : storage_(storage) {
  auto engine = Engine::create(options);
  if (!engine) throw std::runtime_error(engine.error().message);
  engine_ = std::move(*engine);
  engine_->start();
  storage_.hosts.push_back(this);
}

Host::~Host() { std::erase(storage_.hosts, this); }

void Host::receive(Input input) { engine_->receive(std::move(input), now_); }

void Host::reply(Input input) {
  if (holding_) {
    replies_.push_back(std::move(input));
  } else {
    receive(std::move(input));
  }
}

void Host::carry_out(Command&& command) {
  std::visit([this](auto& content) { carry_out(std::move(content)); }, command);
}

void Host::run() {
  for (;;) {
    std::vector<Command> commands = engine_->take_commands();
    if (commands.empty()) return;
    for (Command& command : commands) carry_out(std::move(command));
  }
}

// What concerns storage is held back; answers and news arrive at once.
void Host::collect() {
  for (Command& command : engine_->take_commands()) {
    const bool concerns_storage = std::holds_alternative<command::LoadRecord>(command) ||
                                  std::holds_alternative<command::LoadRows>(command) ||
                                  std::holds_alternative<command::ReadRanges>(command) ||
                                  std::holds_alternative<command::Commit>(command);
    if (concerns_storage) {
      held_.push_back(std::move(command));
    } else {
      carry_out(std::move(command));
    }
  }
}

bool Host::step(Random& random) {
  collect();
  if (held_.empty() && replies_.empty()) return false;
  const std::size_t chosen = random.below(held_.size() + replies_.size());
  if (chosen < held_.size()) {
    const auto at = held_.begin() + static_cast<std::ptrdiff_t>(chosen);
    Command command = std::move(*at);
    held_.erase(at);
    carry_out(std::move(command));
  } else {
    const auto at = replies_.begin() + static_cast<std::ptrdiff_t>(chosen - held_.size());
    Input input = std::move(*at);
    replies_.erase(at);
    receive(std::move(input));
  }
  collect();
  return true;
}

void Host::let_go() {
  holding_ = false;
  collect();
  for (Command& command : std::exchange(held_, {})) carry_out(std::move(command));
  for (Input& input : std::exchange(replies_, {})) receive(std::move(input));
  run();
}

CallId Host::begin(const std::string& method, const std::string& arguments,
                   std::vector<Bytes> blobs) {
  const CallId id = next_call_++;
  receive(input::Call{id, method, arguments, std::move(blobs)});
  return id;
}

const command::Answer* Host::answer(CallId call) const {
  const auto at = answers_.find(call);
  return at == answers_.end() ? nullptr : &at->second;
}

Result<std::string> Host::call(const std::string& method, const std::string& arguments,
                               std::vector<Bytes> blobs) {
  const CallId id = begin(method, arguments, std::move(blobs));
  const Time deadline = now_ + 3'600'000;
  for (run(); !answers_.contains(id); run()) {
    if (!wake_ || *wake_ > deadline) throw std::runtime_error(method + " is never answered");
    now_ = std::max(now_, *wake_);
    wake_.reset();
    receive(input::Wake{});
  }
  command::Answer answer = std::move(answers_.at(id));
  answers_.erase(id);
  if (answer.bytes) answer_bytes = std::move(*answer.bytes);
  return std::move(answer.json);
}

void Host::pass(Time milliseconds) {
  const Time end = now_ + milliseconds;
  for (run(); wake_ && *wake_ <= end; run()) {
    now_ = std::max(now_, *wake_);
    wake_.reset();
    receive(input::Wake{});
  }
  now_ = end;
}

Value Host::json(const std::string& method, const std::string& arguments) {
  auto text = call(method, arguments);
  if (!text)
    throw std::runtime_error(method + ": " + std::string(error_name(text.error().code)) + ": " +
                             text.error().message);
  auto value = json::parse(*text);
  if (!value) throw std::runtime_error(method + " answers what is no JSON: " + *text);
  return std::move(*value);
}

std::optional<Error> Host::connect(Remote& remote, ConnectionId id) {
  remotes_[id] = &remote;
  const std::string number = std::to_string(id);
  json("connect", R"({"connection":)" + number + R"(,"remote":"remote )" + number + "\"}");
  const auto pulled = call("pull", R"({"connection":)" + number + "}");
  if (pulled) return std::nullopt;
  return pulled.error();
}

void Host::carry_out(command::LoadRecord /*command*/) {
  reply(input::RecordLoaded{storage_.version, storage_.record});
}

void Host::carry_out(const command::LoadRows& command) {
  input::RowsLoaded loaded{command.table, {}};
  for (const auto& [key, bytes] : storage_.tables[command.table])
    loaded.rows.emplace_back(*Cid::parse(key), bytes);
  reply(std::move(loaded));
}

void Host::carry_out(const command::ReadRanges& command) {
  input::RangesRead read{command.request, {}};
  for (const StoredRange& range : command.ranges) {
    const auto& table = storage_.tables[range.table];
    const auto row = table.find(range.key.text());
    if (row == table.end()) {
      read.ranges.emplace_back();
    } else {
      ByteView bytes = row->second;
      if (range.size != 0) {  // what lies behind the end is cut off
        bytes = bytes.subspan(std::min<std::size_t>(range.offset, bytes.size()));
        bytes = bytes.first(std::min<std::size_t>(range.size, bytes.size()));
      }
      read.ranges.emplace_back(copy_of(bytes));
      bytes_read += read.ranges.back()->size();
    }
  }
  reply(std::move(read));
}

void Host::carry_out(command::Commit command) {
  if (before_commit) before_commit();
  if (stop_before == commits) throw PowerLoss();
  if (commit_error) return reply(input::Committed{command.request, fail(*commit_error)});
  if (command.record && command.version != storage_.version)
    return reply(input::Committed{command.request, false});
  for (StoredRow& row : command.rows) {
    Bytes& to = storage_.tables[row.table][row.key.text()];
    if (const auto* transfer = std::get_if<TransferId>(&row.content)) {
      to = transfers_.at(*transfer);
    } else {
      to = std::get<Bytes>(std::move(row.content));
    }
    ++rows_written;
    bytes_written += to.size();
  }
  for (const DeletedRow& row : command.deletes) storage_.tables[row.table].erase(row.key.text());
  if (command.record) {
    bytes_written += command.record->size();
    storage_.record = std::move(*command.record);
    ++storage_.version;
    for (Host* other : storage_.hosts) {
      if (other != this) other->reply(input::RecordChanged{});
    }
  }
  if (stop_after == commits) throw PowerLoss();
  ++commits;
  reply(input::Committed{command.request, true});
}

void Host::carry_out(const command::GetMeta& command) {
  Remote& remote = *remotes_.at(command.connection);
  ++remote.requests;
  const std::string path = remote.meta_path();
  if (remote.before) {
    if (auto error = remote.before(path))
      return reply(input::MetaReceived{command.connection, std::move(*error)});
  }
  auto bytes = remote.get(path);
  if (!bytes) return reply(input::MetaReceived{command.connection, input::MetaAbsent{}});
  std::string etag = etag_of(*bytes);
  if (etag == command.etag) {
    ++remote.unchanged;
    return reply(input::MetaReceived{command.connection, input::MetaUnchanged{}});
  }
  reply(input::MetaReceived{command.connection,
                            input::MetaFound{{std::move(*bytes)}, std::move(etag)}});
}

void Host::carry_out(const command::GetCar& command) {
  Remote& remote = *remotes_.at(command.connection);
  ++remote.requests;
  const std::string path = remote.car_path(command.kind, command.car);
  if (remote.before) {
    if (auto error = remote.before(path))
      return reply(input::CarReceived{command.transfer, fail(std::move(*error))});
  }
  auto bytes = remote.get(path);
  if (bytes) transfers_[command.transfer] = *bytes;
  reply(input::CarReceived{command.transfer, std::move(bytes)});
}

void Host::carry_out(const command::FindCar& command) {
  Remote& remote = *remotes_.at(command.connection);
  ++remote.requests;
  const std::string path = remote.car_path(command.kind, command.car);
  if (remote.before) {
    if (auto error = remote.before(path))
      return reply(input::CarFound{command.transfer, fail(std::move(*error))});
  }
  reply(input::CarFound{command.transfer, remote.get(path).has_value()});
}

void Host::carry_out(const command::PutCar& command) {
  Remote& remote = *remotes_.at(command.connection);
  ++remote.requests;
  const std::string path = remote.car_path(command.kind, command.car);
  if (remote.before) {
    if (auto error = remote.before(path))
      return reply(input::CarSent{command.transfer, fail(std::move(*error))});
  }
  const auto& table = storage_.tables[command.kind == CarKind::kData ? "car" : "file"];
  const auto row = table.find(command.car.text());
  if (row == table.end())
    return reply(input::CarSent{command.transfer, fail(ErrorCode::kNotFound, "no such row")});
  if (command.look_first) ++remote.looks;
  const bool exists = remote.get(path).has_value();
  if (exists) ++remote.repeated_cars;
  if (command.look_first && exists)
    return reply(input::CarSent{command.transfer, input::Stored::kConditionFailed});
  if (command.if_absent && remote.absent == Condition::kUnsupported)
    return reply(input::CarSent{command.transfer, input::Stored::kUnsupported});
  if (command.if_absent && remote.absent == Condition::kHonoured && exists)
    return reply(input::CarSent{command.transfer, input::Stored::kConditionFailed});
  remote.set(path, row->second);
  ++remote.cars_put;
  remote.bytes_put += row->second.size();
  if (remote.after) {
    if (auto error = remote.after(path))
      return reply(input::CarSent{command.transfer, fail(std::move(*error))});
  }
  reply(input::CarSent{command.transfer, input::Stored::kStored, 0, row->second.size()});
}

void Host::carry_out(const command::ProbeConditions& command) {
  Remote& remote = *remotes_.at(command.connection);
  ++remote.probes;
  const std::string path = remote.car_path(CarKind::kData, command.car);
  if (remote.before) {
    if (auto error = remote.before(path))
      return reply(input::ConditionsProbed{command.transfer, fail(std::move(*error))});
  }
  if (!remote.get(path)) throw std::runtime_error("a CAR that is not there is no probe");
  reply(input::ConditionsProbed{command.transfer, Conditions{remote.absent, remote.match, 0}});
}

void Host::carry_out(command::PutMeta command) {
  using Put = command::PutMeta::Condition;
  Remote& remote = *remotes_.at(command.connection);
  ++remote.requests;
  const std::string path = remote.meta_path();
  if (remote.before) {
    if (auto error = remote.before(path))
      return reply(input::MetaSent{command.connection, fail(std::move(*error)), {}});
  }
  const auto stored = remote.get(path);
  const auto observed = command.condition == Put::kAbsent ? remote.absent : remote.match;
  if (command.condition != Put::kNone && observed == Condition::kUnsupported)
    return reply(input::MetaSent{command.connection, input::Stored::kUnsupported, {}});
  const bool holds = command.condition == Put::kNone || observed == Condition::kIgnored ||
                     (command.condition == Put::kAbsent && !stored) ||
                     (command.condition == Put::kMatch && stored && !remote.rewrites_etags &&
                      etag_of(*stored) == command.etag);
  if (!holds)
    return reply(input::MetaSent{command.connection, input::Stored::kConditionFailed, {}});
  std::string etag = etag_of(command.bytes);
  remote.bytes_put += command.bytes.size();
  remote.set(path, std::move(command.bytes));
  ++remote.metas_put;
  if (remote.after) {
    if (auto error = remote.after(path))
      return reply(input::MetaSent{command.connection, fail(std::move(*error)), {}});
  }
  reply(input::MetaSent{command.connection, input::Stored::kStored, std::move(etag)});
}

void Host::carry_out(command::ReleaseTransfer command) { transfers_.erase(command.transfer); }

void Host::carry_out(const command::PeerSend& command) {
  if (on_peer_send) on_peer_send(command);
}

void Host::carry_out(const command::PeerClose& command) {
  if (on_peer_close) on_peer_close(command);
}

void Host::carry_out(command::WakeAt command) { wake_ = command.time; }

void Host::carry_out(command::Answer command) {
  answers_.insert_or_assign(command.call, std::move(command));
}

void Host::carry_out(command::Notify command) { news.push_back(std::move(command)); }

Value with_patches(Value answer) {
  const List* patches = answer.find<List>("patches");
  if (!patches) return answer;
  for (const Value& patch : List(*patches)) {
    Value* at = &answer;
    for (const Value& step : *patch.find<List>("path")) {
      if (const Integer* index = step.get<Integer>()) {
        at = &at->get<List>()->at(static_cast<std::size_t>(index->magnitude));
        continue;
      }
      for (auto& [key, value] : *at->get<Map>()) {
        if (key != *step.get<std::string>()) continue;
        at = &value;
        break;
      }
    }
    const auto* bytes = patch.find<std::string>("bytes");
    Map replaced;
    if (bytes) {
      replaced.emplace_back("$bytes", Value(*bytes));
    } else {
      replaced.emplace_back("$bigint", Value(*patch.find<std::string>("bigint")));
    }
    *at = Value(std::move(replaced));
  }
  return answer;
}

}  // namespace fireproof::test
