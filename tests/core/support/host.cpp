#include "support/host.hpp"

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

Host::Host(Storage& storage, const EngineOptions& options) : storage_(storage) {
  auto engine = Engine::create(options);
  if (!engine) throw std::runtime_error(engine.error().message);
  engine_ = std::move(*engine);
  engine_->start();
}

void Host::receive(Input input) { engine_->receive(std::move(input), now_); }

void Host::run() {
  for (;;) {
    std::vector<Command> commands = engine_->take_commands();
    if (commands.empty()) return;
    for (Command& command : commands) {
      std::visit([this](auto& content) { carry_out(std::move(content)); }, command);
    }
  }
}

Result<std::string> Host::call(const std::string& method, const std::string& arguments,
                               std::vector<Bytes> blobs) {
  const CallId id = next_call_++;
  receive(input::Call{id, method, arguments, std::move(blobs)});
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
  receive(input::RecordLoaded{storage_.version, storage_.record});
}

void Host::carry_out(command::LoadRows command) {
  input::RowsLoaded loaded{command.table, {}};
  for (const auto& [key, bytes] : storage_.tables[command.table])
    loaded.rows.emplace_back(*Cid::parse(key), bytes);
  receive(std::move(loaded));
}

void Host::carry_out(command::ReadRanges command) {
  input::RangesRead read{command.request, {}};
  for (const StoredRange& range : command.ranges) {
    const auto& table = storage_.tables[range.table];
    const auto row = table.find(range.key.text());
    if (row == table.end()) {
      read.ranges.emplace_back();
    } else {
      const ByteView bytes = row->second;
      read.ranges.emplace_back(
          copy_of(range.size == 0 ? bytes : bytes.subspan(range.offset, range.size)));
    }
  }
  receive(std::move(read));
}

void Host::carry_out(command::Commit command) {
  if (commit_error) return receive(input::Committed{command.request, fail(*commit_error)});
  if (command.record && command.version != storage_.version)
    return receive(input::Committed{command.request, false});
  for (StoredRow& row : command.rows) {
    Bytes& to = storage_.tables[row.table][row.key.text()];
    if (const auto* transfer = std::get_if<TransferId>(&row.content)) {
      to = transfers_.at(*transfer);
    } else {
      to = std::get<Bytes>(std::move(row.content));
    }
  }
  for (const DeletedRow& row : command.deletes) storage_.tables[row.table].erase(row.key.text());
  if (command.record) {
    storage_.record = std::move(*command.record);
    ++storage_.version;
  }
  ++commits;
  receive(input::Committed{command.request, true});
}

void Host::carry_out(command::GetMeta command) {
  Remote& remote = *remotes_.at(command.connection);
  ++remote.requests;
  const std::string path = remote.meta_path();
  if (remote.before) {
    if (auto error = remote.before(path))
      return receive(input::MetaReceived{command.connection, std::move(*error)});
  }
  auto bytes = remote.get(path);
  if (!bytes) return receive(input::MetaReceived{command.connection, input::MetaAbsent{}});
  std::string etag = etag_of(*bytes);
  if (etag == command.etag)
    return receive(input::MetaReceived{command.connection, input::MetaUnchanged{}});
  receive(input::MetaReceived{command.connection,
                              input::MetaFound{{std::move(*bytes)}, std::move(etag)}});
}

void Host::carry_out(command::GetCar command) {
  Remote& remote = *remotes_.at(command.connection);
  ++remote.requests;
  const std::string path = remote.car_path(command.kind, command.car);
  if (remote.before) {
    if (auto error = remote.before(path))
      return receive(input::CarReceived{command.transfer, fail(std::move(*error))});
  }
  auto bytes = remote.get(path);
  if (bytes) transfers_[command.transfer] = *bytes;
  receive(input::CarReceived{command.transfer, std::move(bytes)});
}

void Host::carry_out(command::ReleaseTransfer command) { transfers_.erase(command.transfer); }

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
