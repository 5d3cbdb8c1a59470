#include <algorithm>

#include "documents/read.hpp"
#include "ipld/json.hpp"
#include "replicator/connection.hpp"
#include "replicator/engine.hpp"
#include "replicator/file_reader.hpp"
#include "replicator/sealer.hpp"
#include "replicator/writer.hpp"

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
    if (&group != &groups.front()) json.push_back(',');
    json.append(json::cid_list(group));
  }
  json.push_back(']');
}

/// `{"clock", "cars", "tail", "archive", "missing"}`: what the local record holds.
std::string inspect(const LocalRecord& record) {
  std::string json = R"({"clock":)" + json::cid_list(record.clock()) + R"(,"cars":)";
  append_groups(json, record.car_log());
  json.append(R"(,"tail":)").append(std::to_string(record.tail.size()));
  json.append(R"(,"archive":)");
  append_groups(json, record.archive);
  json.append(R"(,"missing":)").append(std::to_string(record.missing.size())).append("}");
  return json;
}

}  // namespace

void Engine::handle(input::Call&& request) {
  open_calls_.insert(request.call);
  if (state_ == State::kLoading) {
    waiting_calls_.push_back(std::move(request));
    return;
  }
  if (state_ == State::kFailed) return answer(request.call, fail(failure_));
  auto arguments = json::parse(request.arguments);
  if (!arguments) {
    Error error = std::move(arguments).error();
    if (request.method == "write") error.code = ErrorCode::kInvalidDocument;  // nested too deep
    return answer(request.call, fail(std::move(error)));
  }
  call(std::move(request), std::move(*arguments));
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

/// The head that a reading call is about: the present one, that of a list of events, or that of a CAR.
void Engine::at_heads(CallId id, const Value& arguments, const Question& question) {
  const Value* at = arguments.find("at");
  if (!at) return call_read(id, [this, question] { return question(record_.heads); });
  if (at->get<List>()) {
    auto events = cids_of(arguments, "at");
    if (!events) return answer(id, fail(std::move(events).error()));
    return at_events(id, std::move(*events), question);
  }
  const auto* text = at->get<std::string>();
  const auto car = text ? Cid::parse(*text) : std::nullopt;
  if (!car) return answer(id, fail(ErrorCode::kInvalidArgument, "this is no clock and no CAR"));
  read({{"car", *car, 0, 0}}, [this, id, car, question](std::vector<std::optional<Bytes>> rows) {
    if (rows.empty() || !rows[0]) {
      return answer(
          id, fail(ErrorCode::kInvalidArgument, "CAR " + car->text() + " is not stored here"));
    }
    auto opened =
        database_.format().open(*car, std::move(*rows[0]), database_.keys(), CarKind::kData);
    if (!opened) return answer(id, fail(std::move(opened).error()));
    if (!opened->header) {
      return answer(id, fail(ErrorCode::kInvalidArgument, "CAR " + car->text() + " names no head"));
    }
    at_events(id, opened->header->head, question);
  });
}

void Engine::at_events(CallId id, std::vector<Cid> events, const Question& question) {
  std::sort(events.begin(), events.end(), CidTextOrder());
  call_read(id, [this, events = std::move(events), question]() -> Result<std::string> {
    const EventGraph* graph = database_.events();
    if (!graph) return suspended();
    std::vector<HeadEvent> heads;
    for (const Cid& event : events) {
      const auto known = graph->find(event);
      if (!known)
        return fail(ErrorCode::kInvalidArgument, "event " + event.text() + " is not known here");
      heads.push_back({event, graph->node(*known).root});
    }
    return question(heads);
  });
}

void Engine::compact(CallId id) {
  const Size before = log_size();
  sealer_->compact([this, id, before](const Status& status) {
    if (!status) return answer(id, fail(status.error()));
    const Size after = log_size();
    answer(id, R"({"carsBefore":)" + std::to_string(before.cars) + R"(,"carsAfter":)" +
                   std::to_string(after.cars) + R"(,"bytesBefore":)" +
                   std::to_string(before.bytes) + R"(,"bytesAfter":)" +
                   std::to_string(after.bytes) + "}");
  });
}

Engine::Size Engine::log_size() const {
  Size size;
  for (const Cid& car : cars_of(record_.car_log())) {
    ++size.cars;
    if (const auto number = database_.index().number(car))
      size.bytes += database_.index().car(*number).size;
  }
  return size;
}

/// What a remote needs to hold everything: its meta record, the CARs that it leads to, and attachment CARs.
void Engine::replica(CallId id) {
  sealer_->prepare_publishing({}, [this, id](const Status& status) {
    if (!status) return answer(id, fail(status.error()));
    start_operation({this,
                     [this, id]() -> Status {
                       auto found = read::attachment_cars(database_, record_.heads);
                       if (!found && found.error().code == ErrorCode::kSuspended)
                         return suspended();
                       if (!found) {
                         answer(id, fail(std::move(found).error()));
                         return {};
                       }
                       const std::vector<Cid> cars = cars_of(record_.sealed);
                       Bytes meta;
                       if (!record_.sealed.empty()) {
                         meta = database_.format().write_meta(record_.sealed.front(), sealing_key(),
                                                              {});
                       }
                       send(command::Answer{id,
                                            R"({"cars":)" + json::cid_list(cars) + R"(,"files":)" +
                                                json::cid_list(*found) + "}",
                                            std::move(meta)});
                       return {};
                     },
                     [this, id](Error error) { answer(id, fail(std::move(error))); }});
  });
}

void Engine::read_car(CallId id, const Value& arguments) {
  const auto car = Cid::parse(text_of(arguments, "cid"));
  const std::string table = text_of(arguments, "table");
  if (!car || (table != "car" && table != "file"))
    return answer(id, fail(ErrorCode::kInvalidArgument, "no name of a stored CAR"));
  read({{table, *car, 0, 0}}, [this, id, car](std::vector<std::optional<Bytes>> rows) {
    if (rows.empty() || !rows[0])
      return answer(id, fail(ErrorCode::kNotFound, "CAR " + car->text() + " is not stored here"));
    send(command::Answer{id, "{}", std::move(*rows[0])});
  });
}

bool Engine::call_reading(CallId id, const std::string& method, const Value& arguments) {
  if (method == "get") {
    at_heads(id, arguments, [this, key = text_of(arguments, "id")](const auto& heads) {
      return read::get(database_, heads, key);
    });
  } else if (method == "allDocs") {
    at_heads(id, arguments, [this, range = range_of(arguments)](const auto& heads) {
      return read::all_docs(database_, heads, range);
    });
  } else if (method == "changes") {
    auto since = cids_of(arguments, "since");
    if (!since) {
      answer(id, fail(std::move(since).error()));
      return true;
    }
    at_heads(id, arguments,
             [this, since = std::move(*since), limit = number_of(arguments, "limit", SIZE_MAX),
              all_affected = flag_of(arguments, "allAffected")](const auto& heads) {
               return read::changes(database_, heads, since, limit, all_affected);
             });
  } else if (method == "events") {
    at_heads(id, arguments,
             [this, limit = number_of(arguments, "limit", SIZE_MAX)](const auto& heads) {
               return read::events(database_, heads, limit);
             });
  } else if (method == "clockOf") {
    at_heads(id, arguments, [](const auto& heads) -> Result<std::string> {
      return R"({"clock":)" + json::cid_list(events_of(heads)) + "}";
    });
  } else {
    return false;
  }
  return true;
}

bool Engine::call_key(CallId id, const std::string& method, const Value& arguments) {
  if (method == "exportKey") {
    export_key(id);
  } else if (method == "addKey") {
    const auto key = SecretKey::parse(text_of(arguments, "key"), database_.format().key_size());
    if (key) {
      add_key(id, *key);
    } else {
      answer(id, fail(key.error()));
    }
  } else {
    return false;
  }
  return true;
}

void Engine::call(input::Call&& request, Value arguments) {
  const CallId id = request.call;
  const std::string& method = request.method;
  if (call_reading(id, method, arguments) || call_key(id, method, arguments)) return;
  if (method == "write") {
    auto documents = read_write_request(std::move(arguments));
    if (!documents) return answer(id, fail(std::move(documents).error()));
    writer_->write(id, std::move(*documents), std::move(request.blobs));
  } else if (method == "ready") {
    answer(id, "{}");
  } else if (method == "inspect") {
    answer(id, inspect(record_));
  } else if (method == "compact") {
    compact(id);
  } else if (method == "replica") {
    replica(id);
  } else if (method == "readCar") {
    read_car(id, arguments);
  } else if (method == "file") {
    auto cars = cids_of(arguments, "cars");
    const auto cid = Cid::parse(text_of(arguments, "cid"));
    if (!cars || !cid) return answer(id, fail(ErrorCode::kInvalidArgument, "no CID of a file"));
    FileReader::start(*this, id, std::move(*cars), *cid);
  } else {
    call_connection(id, method, arguments);
  }
}

void Engine::connect(CallId id, ConnectionId number, const Value& arguments) {
  Connection::Options options{number,
                              text_of(arguments, "remote"),
                              static_cast<Time>(number_of(arguments, "poll", 0)),
                              std::max<std::size_t>(1, number_of(arguments, "concurrency", 6)),
                              text_of(arguments, "mode") != "pull" && !flag_of(arguments, "peers"),
                              flag_of(arguments, "conditional")};
  // Connectors of functions all have the same name; what is known of one is not true of another.
  const std::string name = options.remote;
  const auto is_taken = [&](const auto& entry) { return entry.second->remote() == options.remote; };
  for (int n = 2; std::any_of(connections_.begin(), connections_.end(), is_taken); ++n)
    options.remote = name + " #" + std::to_string(n);
  const auto connection = std::make_shared<Connection>(*this, std::move(options));
  connections_.insert_or_assign(number, connection);
  if (flag_of(arguments, "peers")) open_room(number, connection->remote(), arguments);
  answer(id, "{}");
  connection->begin_round();
}

void Engine::call_connection(CallId id, const std::string& method, const Value& arguments) {
  const auto connection = static_cast<ConnectionId>(number_of(arguments, "connection", 0));
  const auto at = connections_.find(connection);
  if (method == "connect") {
    connect(id, connection, arguments);
  } else if (at == connections_.end()) {
    answer(id, fail(ErrorCode::kClosed, "the connection is closed"));
  } else if (method == "pull" || method == "push" || method == "refresh") {
    at->second->run_round_for(id, method == "pull");
  } else if (method == "synced") {
    at->second->answer_when_synced(id);
  } else if (method == "verify" && peers_of(connection)) {
    answer(id,
           fail(ErrorCode::kInvalidArgument, "peers are asked for what they keep all the time"));
  } else if (method == "verify") {
    at->second->verify(id, flag_of(arguments, "deep"));
  } else if (method == "pause") {
    at->second->pause();
    answer(id, "{}");
  } else if (method == "resume") {
    at->second->resume();
    answer(id, "{}");
  } else if (method == "disconnect") {
    const std::shared_ptr<Connection> closing = std::move(at->second);
    connections_.erase(at);
    closing->close();
    close_room(connection);
    answer(id, "{}");
  } else if (method == "send") {
    call_room(id, connection, text_of(arguments, "value"));
  } else {
    answer(id, fail(ErrorCode::kInvalidArgument, "there is no call \"" + method + "\""));
  }
}

}  // namespace fireproof
