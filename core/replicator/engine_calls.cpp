#include <algorithm>

#include "documents/read.hpp"
#include "ipld/json.hpp"
#include "replicator/engine.hpp"
#include "replicator/file_reader.hpp"
#include "replicator/puller.hpp"

namespace fireproof {
namespace {

std::string text_of(const Value& arguments, std::string_view name) {
  const auto* text = arguments.find<std::string>(name);
  return text ? *text : std::string();
}

std::size_t number_of(const Value& arguments, std::string_view name, std::size_t otherwise) {
  const Integer* integer = arguments.find<Integer>(name);
  if (!integer || integer->negative) return otherwise;
  return static_cast<std::size_t>(std::min<std::uint64_t>(integer->magnitude, SIZE_MAX));
}

bool flag_of(const Value& arguments, std::string_view name) {
  const bool* flag = arguments.find<bool>(name);
  return flag && *flag;
}

std::optional<std::string> optional_text(const Value& arguments, std::string_view name) {
  const auto* text = arguments.find<std::string>(name);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

Result<std::vector<Cid>> cids_of(const Value& arguments, std::string_view name) {
  std::vector<Cid> cids;
  const List* list = arguments.find<List>(name);
  if (!list) return cids;
  for (const Value& item : *list) {
    const auto* text = item.get<std::string>();
    auto cid = text ? Cid::parse(*text) : std::nullopt;
    if (!cid)
      return fail(ErrorCode::kInvalidArgument,
                  std::string(name) + " holds something that is no CID");
    cids.push_back(std::move(*cid));
  }
  return cids;
}

KeyRange range_of(const Value& arguments) {
  return {text_of(arguments, "prefix"), optional_text(arguments, "from"),
          optional_text(arguments, "to"), flag_of(arguments, "descending"),
          number_of(arguments, "limit", SIZE_MAX)};
}

void append_groups(std::string& json, const std::vector<CarGroup>& groups) {
  json.push_back('[');
  for (const CarGroup& group : groups) {
    json.append(&group == &groups.front() ? "[" : ",[");
    for (const Cid& car : group) {
      if (&car != &group.front()) json.push_back(',');
      json::append_text(json, car.text());
    }
    json.push_back(']');
  }
  json.push_back(']');
}

/// `{"clock", "cars", "archive", "missing"}`: what the local record holds.
std::string inspect(const LocalRecord& record) {
  std::string json = R"({"clock":[)";
  for (const HeadEvent& head : record.heads) {
    if (&head != &record.heads.front()) json.push_back(',');
    json::append_text(json, head.event.text());
  }
  json.append(R"(],"cars":)");
  append_groups(json, record.sealed);
  json.append(R"(,"archive":)");
  append_groups(json, record.archive);
  json.append(R"(,"missing":)").append(std::to_string(record.missing.size())).append("}");
  return json;
}

std::string key_json(const KeyRing& keys) {
  const KeyRing::Key* key = keys.default_key();
  if (!key) return "null";
  return R"({"hex":")" + key->secret.hex() + R"(","base58":")" + key->secret.base58() + "\"}";
}

}  // namespace

void Engine::handle(input::Call&& request) {
  if (state_ == State::kLoading) {
    waiting_calls_.push_back(std::move(request));
    return;
  }
  if (state_ == State::kFailed) return answer(request.call, fail(failure_));
  auto arguments = json::parse(request.arguments);
  if (!arguments) return answer(request.call, fail(std::move(arguments).error()));
  call(request.call, request.method, *arguments);
}

void Engine::call_read(CallId id, std::function<Result<std::string>()> question) {
  start_operation({this,
                   [this, id, question = std::move(question)]() -> Status {
                     auto result = question();
                     if (!result && result.error().code == ErrorCode::kSuspended)
                       return suspended();
                     answer(id, std::move(result));
                     return {};
                   },
                   [this, id](Error error) { answer(id, fail(std::move(error))); }});
}

void Engine::add_key(CallId id, const SecretKey& key) {
  database_.keys().add(key);
  commit(record_, {}, [this, id, key](Result<bool> stored) {
    if (stored && !*stored) return add_key(id, key);
    if (!stored) return answer(id, fail(std::move(stored).error()));
    answer(id, "{}");
    for (const auto& [number, connection] : connections_) connection->begin_round_with_new_key();
  });
}

void Engine::call(CallId id, const std::string& method, const Value& arguments) {
  if (method == "get") {
    call_read(id, [this, key = text_of(arguments, "id")] {
      return read::get(database_, record_.heads, key);
    });
  } else if (method == "allDocs") {
    call_read(id, [this, range = range_of(arguments)] {
      return read::all_docs(database_, record_.heads, range);
    });
  } else if (method == "changes") {
    auto since = cids_of(arguments, "since");
    if (!since) return answer(id, fail(std::move(since).error()));
    call_read(id,
              [this, since = std::move(*since), limit = number_of(arguments, "limit", SIZE_MAX)] {
                return read::changes(database_, record_.heads, since, limit);
              });
  } else if (method == "ready") {
    answer(id, "{}");
  } else if (method == "inspect") {
    answer(id, inspect(record_));
  } else if (method == "exportKey") {
    answer(id, key_json(database_.keys()));
  } else if (method == "addKey") {
    const auto key = SecretKey::parse(text_of(arguments, "key"), database_.format().key_size());
    if (!key) return answer(id, fail(key.error()));
    add_key(id, *key);
  } else if (method == "file") {
    auto cars = cids_of(arguments, "cars");
    const auto cid = Cid::parse(text_of(arguments, "cid"));
    if (!cars || !cid) return answer(id, fail(ErrorCode::kInvalidArgument, "no CID of a file"));
    FileReader::start(*this, id, std::move(*cars), *cid);
  } else {
    call_connection(id, method, arguments);
  }
}

void Engine::call_connection(CallId id, const std::string& method, const Value& arguments) {
  const auto connection = static_cast<ConnectionId>(number_of(arguments, "connection", 0));
  const auto at = connections_.find(connection);
  if (method == "connect") {
    Puller::Options options{connection, text_of(arguments, "remote"),
                            static_cast<Time>(number_of(arguments, "poll", 0)),
                            std::max<std::size_t>(1, number_of(arguments, "concurrency", 6))};
    const auto puller = std::make_shared<Puller>(*this, std::move(options));
    connections_.insert_or_assign(connection, puller);
    answer(id, "{}");
    puller->begin_round();
  } else if (at == connections_.end()) {
    answer(id, fail(ErrorCode::kClosed, "the connection is closed"));
  } else if (method == "pull") {
    at->second->pull(id);
  } else if (method == "pause") {
    at->second->pause();
    answer(id, "{}");
  } else if (method == "resume") {
    at->second->resume();
    answer(id, "{}");
  } else if (method == "disconnect") {
    const std::shared_ptr<Puller> closing = std::move(at->second);
    connections_.erase(at);
    closing->close();
    answer(id, "{}");
  } else {
    answer(id, fail(ErrorCode::kInvalidArgument, "there is no call \"" + method + "\""));
  }
}

}  // namespace fireproof
