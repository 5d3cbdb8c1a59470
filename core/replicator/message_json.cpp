#include "replicator/message_json.hpp"

#include "ipld/json.hpp"

namespace fireproof::message_json {
namespace {

class Encoder {
 public:
  explicit Encoder(std::vector<Bytes>& blobs) : blobs_(blobs) {}

  std::string take() { return std::move(json_) + "]"; }

  void begin(std::string_view type) {
    json_.append(json_.size() > 1 ? R"(,{"type":")" : R"({"type":")").append(type).append("\"");
  }
  void end() { json_.push_back('}'); }

  void raw(std::string_view name, std::string_view json) {
    if (json_.back() != '{') json_.push_back(',');
    json_.append("\"").append(name).append("\":").append(json);
  }
  void number(std::string_view name, std::uint64_t value) { raw(name, std::to_string(value)); }
  void text(std::string_view name, std::string_view value) {
    std::string quoted;
    json::append_text(quoted, value);
    raw(name, quoted);
  }
  void blob(std::string_view name, ByteView bytes) {
    raw(name, R"({"blob":)" + std::to_string(blobs_.size()) + "}");
    blobs_.push_back(copy_of(bytes));
  }
  void open(char bracket) { json_.push_back(bracket); }
  void next() {
    if (json_.back() != '[') json_.push_back(',');
  }

  void operator()(const command::LoadRecord& /*command*/) {
    begin("loadRecord");
    end();
  }
  void operator()(const command::LoadRows& command) {
    begin("loadRows");
    text("table", command.table);
    end();
  }
  void operator()(const command::ReadRanges& command) {
    begin("readRanges");
    number("request", command.request);
    raw("ranges", "[");
    for (const StoredRange& range : command.ranges) {
      next();
      open('{');
      text("table", range.table);
      text("key", range.key.text());
      if (range.size != 0) {
        number("offset", range.offset);
        number("length", range.size);
      }
      open('}');
    }
    open(']');
    end();
  }
  void operator()(const command::Commit& command) {
    begin("commit");
    number("request", command.request);
    number("version", command.version);
    if (command.record) blob("record", *command.record);
    raw("rows", "[");
    for (const StoredRow& row : command.rows) {
      next();
      open('{');
      text("table", row.table);
      text("key", row.key.text());
      if (const Bytes* bytes = std::get_if<Bytes>(&row.content)) {
        blob("bytes", *bytes);
      } else {
        number("transfer", std::get<TransferId>(row.content));
      }
      open('}');
    }
    open(']');
    raw("deletes", "[");
    for (const DeletedRow& row : command.deletes) {
      next();
      open('{');
      text("table", row.table);
      text("key", row.key.text());
      open('}');
    }
    open(']');
    end();
  }
  void operator()(const command::GetMeta& command) {
    begin("getMeta");
    number("connection", command.connection);
    text("etag", command.etag);
    end();
  }
  void operator()(const command::GetCar& command) {
    begin("getCar");
    number("connection", command.connection);
    number("transfer", command.transfer);
    text("kind", command.kind == CarKind::kData ? "data" : "file");
    text("cid", command.car.text());
    end();
  }
  void operator()(const command::FindCar& command) {
    begin("findCar");
    number("connection", command.connection);
    number("transfer", command.transfer);
    text("kind", command.kind == CarKind::kData ? "data" : "file");
    text("cid", command.car.text());
    end();
  }
  void operator()(const command::PutCar& command) {
    begin("putCar");
    number("connection", command.connection);
    number("transfer", command.transfer);
    text("kind", command.kind == CarKind::kData ? "data" : "file");
    text("cid", command.car.text());
    raw("ifAbsent", command.if_absent ? "true" : "false");
    raw("lookFirst", command.look_first ? "true" : "false");
    end();
  }
  void operator()(const command::ProbeConditions& command) {
    begin("probeConditions");
    number("connection", command.connection);
    number("transfer", command.transfer);
    text("cid", command.car.text());
    end();
  }
  void operator()(const command::PutMeta& command) {
    using Condition = command::PutMeta::Condition;
    begin("putMeta");
    number("connection", command.connection);
    blob("bytes", command.bytes);
    text("condition", command.condition == Condition::kNone     ? "none"
                      : command.condition == Condition::kAbsent ? "absent"
                                                                : "match");
    if (command.condition == Condition::kMatch) text("etag", command.etag);
    end();
  }
  void operator()(const command::ReleaseTransfer& command) {
    begin("releaseTransfer");
    number("transfer", command.transfer);
    end();
  }
  void operator()(const command::PeerSend& command) {
    begin("peerSend");
    number("connection", command.connection);
    number("peer", command.peer);
    blob("bytes", command.bytes);
    end();
  }
  void operator()(const command::PeerClose& command) {
    begin("peerClose");
    number("connection", command.connection);
    number("peer", command.peer);
    end();
  }
  void operator()(const command::WakeAt& command) {
    begin("wakeAt");
    std::string time = "null";
    if (command.time) {
      time.clear();
      json::append_number(time, *command.time);
    }
    raw("time", time);
    end();
  }
  void operator()(const command::Answer& command) {
    begin("answer");
    number("call", command.call);
    if (command.json) {
      blob("json", as_bytes(*command.json));
    } else {
      text("code", error_name(command.json.error().code));
      text("message", command.json.error().message);
      if (!command.json.error().remote.empty()) text("remote", command.json.error().remote);
      if (command.json.error().permanent) raw("retryable", "false");
    }
    if (command.bytes) blob("bytes", *command.bytes);
    end();
  }
  void operator()(const command::Notify& command) {
    begin("notify");
    number("connection", command.connection);
    text("event", command.type);
    raw("detail", command.json);
    end();
  }

 private:
  std::vector<Bytes>& blobs_;
  std::string json_ = "[";
};

/// The members of an input, and the pieces of its bytes.
class Decoder {
 public:
  Decoder(const Value& json, Bytes bytes) : json_(json), bytes_(std::move(bytes)) {}

  [[nodiscard]] std::string text(std::string_view name) const {
    const auto* text = json_.find<std::string>(name);
    return text ? *text : std::string();
  }
  [[nodiscard]] std::uint64_t number(std::string_view name) const {
    const Integer* integer = json_.find<Integer>(name);
    return integer && !integer->negative ? integer->magnitude : 0;
  }
  [[nodiscard]] std::uint32_t id(std::string_view name) const {
    return static_cast<std::uint32_t>(number(name));
  }
  [[nodiscard]] bool has(std::string_view name) const { return json_.find(name) != nullptr; }
  [[nodiscard]] const List& list(std::string_view name) const {
    static const List kNone;
    const List* list = json_.find<List>(name);
    return list ? *list : kNone;
  }

  /// The pieces that "sizes" cuts the bytes into; a size of null is no piece.
  std::vector<std::optional<Bytes>> pieces() {
    std::vector<std::optional<Bytes>> pieces;
    const List& sizes = list("sizes");
    if (sizes.size() == 1 && sizes[0].get<Integer>()) {
      pieces.emplace_back(std::move(bytes_));
      return pieces;
    }
    ByteView rest = bytes_;
    for (const Value& size : sizes) {
      const Integer* count = size.get<Integer>();
      if (!count || count->magnitude > rest.size()) {
        pieces.emplace_back();
        continue;
      }
      pieces.emplace_back(copy_of(rest.first(static_cast<std::size_t>(count->magnitude))));
      rest = rest.subspan(static_cast<std::size_t>(count->magnitude));
    }
    return pieces;
  }

  /// The error that the host reports, if it does.
  [[nodiscard]] std::optional<Error> error() const {
    if (!has("code")) return std::nullopt;
    return Error{error_code(text("code")), text("message"), number("permanent") == 1};
  }

 private:
  const Value& json_;
  Bytes bytes_;
};

input::RowsLoaded rows_loaded(Decoder& from) {
  input::RowsLoaded loaded{from.text("table"), {}};
  std::vector<std::optional<Bytes>> pieces = from.pieces();
  const List& keys = from.list("keys");
  for (std::size_t i = 0; i < keys.size() && i < pieces.size(); ++i) {
    const auto* text = keys[i].get<std::string>();
    auto key = text ? Cid::parse(*text) : std::nullopt;
    if (key && pieces[i]) loaded.rows.emplace_back(std::move(*key), std::move(*pieces[i]));
  }
  return loaded;
}

input::MetaReceived meta_received(Decoder& from) {
  input::MetaReceived received{
      from.id("connection"), {}, static_cast<double>(from.number("retryAfter"))};
  const std::string status = from.text("status");
  if (auto error = from.error()) {
    received.reply = std::move(*error);
  } else if (status == "found") {
    input::MetaFound found{{}, from.text("etag")};
    for (auto& piece : from.pieces()) found.records.push_back(std::move(piece).value_or(Bytes()));
    received.reply = std::move(found);
  } else if (status == "not-modified") {
    received.reply = input::MetaUnchanged{};
  } else {
    received.reply = input::MetaAbsent{};
  }
  return received;
}

/// The first piece is the arguments, the others are what they refer to.
input::Call call_of(Decoder& from) {
  input::Call call{from.id("call"), from.text("method"), {}, {}};
  std::vector<std::optional<Bytes>> pieces = from.pieces();
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    Bytes bytes = std::move(pieces[i]).value_or(Bytes());
    if (i == 0) {
      call.arguments = as_text(bytes);
    } else {
      call.blobs.push_back(std::move(bytes));
    }
  }
  return call;
}

input::CarReceived car_received(Decoder& from) {
  input::CarReceived received{from.id("transfer"), std::optional<Bytes>(),
                              static_cast<double>(from.number("retryAfter"))};
  if (auto error = from.error()) {
    received.bytes = fail(std::move(*error));
  } else if (auto pieces = from.pieces(); !pieces.empty()) {
    received.bytes = std::move(pieces.front());
  }
  return received;
}

input::CarFound car_found(const Decoder& from) {
  if (auto error = from.error()) return {from.id("transfer"), fail(std::move(*error))};
  return {from.id("transfer"), from.number("found") == 1};
}

Result<input::Stored> stored(const Decoder& from) {
  if (auto error = from.error()) return fail(std::move(*error));
  const std::string status = from.text("status");
  if (status == "unsupported") return input::Stored::kUnsupported;
  const bool failed = status == "exists" || status == "conflict";
  return failed ? input::Stored::kConditionFailed : input::Stored::kStored;
}

input::CarSent car_sent(const Decoder& from) {
  return {from.id("transfer"), stored(from), static_cast<double>(from.number("retryAfter")),
          from.number("bytes")};
}

input::MetaSent meta_sent(const Decoder& from) {
  return {from.id("connection"), stored(from), from.text("etag"),
          static_cast<double>(from.number("retryAfter"))};
}

input::PeerReceived peer_received(Decoder& from) {
  input::PeerReceived received{from.id("connection"), from.id("peer"), {}};
  auto pieces = from.pieces();
  if (!pieces.empty() && pieces.front()) received.bytes = std::move(*pieces.front());
  return received;
}

input::ConditionsProbed conditions_probed(const Decoder& from) {
  if (auto error = from.error()) return {from.id("transfer"), fail(std::move(*error))};
  return {from.id("transfer"),
          Conditions{condition_named(from.text("absent")), condition_named(from.text("match")), 0}};
}

}  // namespace

std::string encode(const std::vector<Command>& commands, std::vector<Bytes>& blobs) {
  Encoder encoder(blobs);
  for (const Command& command : commands) std::visit(encoder, command);
  return encoder.take();
}

Result<Input> decode(std::string_view json, Bytes bytes) {
  FIREPROOF_TRY(const Value value, json::parse(json));
  Decoder from(value, std::move(bytes));
  const std::string type = from.text("type");
  if (type == "call") return call_of(from);
  if (type == "wake") return input::Wake{};
  if (type == "recordChanged") return input::RecordChanged{};
  if (type == "rowsLoaded") return rows_loaded(from);
  if (type == "metaReceived") return meta_received(from);
  if (type == "carReceived") return car_received(from);
  if (type == "carFound") return car_found(from);
  if (type == "carSent") return car_sent(from);
  if (type == "metaSent") return meta_sent(from);
  if (type == "conditionsProbed") return conditions_probed(from);
  if (type == "peerReceived") return peer_received(from);
  if (type == "peerOpened") return input::PeerOpened{from.id("connection"), from.id("peer")};
  if (type == "peerClosed") return input::PeerClosed{from.id("connection"), from.id("peer")};
  if (type == "peerLink") return input::PeerLink{from.id("connection"), from.error()};
  if (type == "rangesRead") return input::RangesRead{from.id("request"), from.pieces()};
  if (type == "carProgress")
    return input::CarProgress{from.id("transfer"), from.number("bytes"), from.number("total")};
  if (type == "storageFailed")
    return input::StorageFailed{from.error().value_or(Error{ErrorCode::kStorageLost, {}})};
  if (type == "recordLoaded") {
    auto pieces = from.pieces();
    return input::RecordLoaded{from.number("version"),
                               pieces.empty() ? std::nullopt : std::move(pieces.front())};
  }
  if (type == "committed") {
    const std::uint32_t request = from.id("request");
    if (auto error = from.error()) return input::Committed{request, fail(std::move(*error))};
    return input::Committed{request, from.number("stored") == 1};
  }
  return fail(ErrorCode::kInvalidArgument, "unknown input \"" + type + "\"");
}

}  // namespace fireproof::message_json
