#include "peers/peer_message.hpp"

#include "ipld/dag_cbor.hpp"

namespace fireproof::peer {
namespace {

constexpr const char* kNames[] = {"hello", "proof",  "meta", "want",      "cancel", "chunk",
                                  "none",  "credit", "held", "ephemeral", "bye"};
static_assert(std::size(kNames) == std::variant_size_v<Message>);

Value kind_value(CarKind kind) {
  return Value(std::string(kind == CarKind::kData ? "data" : "file"));
}

// The members of each message but its type.

void members(Map& to, const Hello& hello) {
  to.emplace_back("versions",
                  Value(List{Value::integer(hello.oldest), Value::integer(hello.newest)}));
  to.emplace_back("format", Value(hello.format));
  to.emplace_back("engine", Value(hello.engine));
  to.emplace_back("nonce", Value(hello.nonce));
  to.emplace_back("frame", Value::integer(hello.frame));
  to.emplace_back("keeps", Value(hello.keeps));
}
void members(Map& to, const Proof& proof) { to.emplace_back("proof", Value(proof.proof)); }
void members(Map& to, const Meta& meta) {
  List cars;
  for (const auto& [car, bytes] : meta.cars) cars.push_back(Value(List{Value(car), Value(bytes)}));
  to.emplace_back("record", Value(meta.record));
  to.emplace_back("settled", Value(meta.settled));
  to.emplace_back("cars", Value(std::move(cars)));
}
void members(Map& to, const Want& want) {
  to.emplace_back("id", Value::integer(want.id));
  to.emplace_back("kind", kind_value(want.kind));
  to.emplace_back("car", Value(want.car));
}
void members(Map& to, const Cancel& cancel) { to.emplace_back("id", Value::integer(cancel.id)); }
void members(Map& to, const Chunk& chunk) {
  to.emplace_back("id", Value::integer(chunk.id));
  to.emplace_back("bytes", Value(chunk.bytes));
  to.emplace_back("last", Value(chunk.last));
}
void members(Map& to, const None& none) { to.emplace_back("id", Value::integer(none.id)); }
void members(Map& to, const Credit& credit) {
  to.emplace_back("bytes", Value::integer(credit.bytes));
}
void members(Map& to, const Held& held) {
  List clock;
  for (const Cid& event : held.clock) clock.push_back(Value(event));
  to.emplace_back("clock", Value(std::move(clock)));
}
void members(Map& to, const Ephemeral& ephemeral) {
  to.emplace_back("value", Value(ephemeral.value));
}
void members(Map& to, const Bye& bye) {
  to.emplace_back("code", Value(bye.code));
  to.emplace_back("text", Value(bye.text));
}

/// Takes members out of a map; the first that is missing or of another kind is remembered.
class Members {
 public:
  explicit Members(Value& map) : map_(map) {}

  template <typename T>
  T take(std::string_view name) {
    if (Map* map = map_.get<Map>()) {
      for (auto& [key, value] : *map) {
        T* content = key == name ? value.template get<T>() : nullptr;
        if (content) return std::move(*content);
      }
    }
    refuse(name);
    return {};
  }
  std::uint64_t number(std::string_view name) {
    const Integer integer = take<Integer>(name);
    if (integer.negative) refuse(name);
    return integer.magnitude;
  }
  std::uint32_t id() {
    const std::uint64_t number = this->number("id");
    if (number > UINT32_MAX) refuse("id");
    return static_cast<std::uint32_t>(number);
  }
  Bytes bytes_of(std::string_view name, std::size_t size) {
    Bytes bytes = take<Bytes>(name);
    if (bytes.size() != size) refuse(name);
    return bytes;
  }
  void refuse(std::string_view name) {
    if (wrong_.empty()) wrong_ = name;
  }

  [[nodiscard]] const std::string& wrong() const { return wrong_; }

 private:
  Value& map_;
  std::string wrong_;
};

Hello hello(Members& from) {
  Hello hello;
  const List versions = from.take<List>("versions");
  const Integer* oldest = versions.size() == 2 ? versions[0].get<Integer>() : nullptr;
  const Integer* newest = versions.size() == 2 ? versions[1].get<Integer>() : nullptr;
  if (oldest && newest && !oldest->negative && !newest->negative) {
    hello.oldest = oldest->magnitude;
    hello.newest = newest->magnitude;
  } else {
    from.refuse("versions");
  }
  hello.format = from.take<std::string>("format");
  hello.engine = from.bytes_of("engine", kIdSize);
  hello.nonce = from.bytes_of("nonce", kIdSize);
  hello.frame = from.number("frame");
  hello.keeps = from.take<bool>("keeps");
  return hello;
}

Meta meta(Members& from) {
  Meta meta{from.take<Bytes>("record"), from.take<bool>("settled"), {}};
  for (Value& item : from.take<List>("cars")) {
    List* pair = item.get<List>();
    const bool is_pair = pair && pair->size() == 2;
    Cid* car = is_pair ? (*pair)[0].get<Cid>() : nullptr;
    Bytes* bytes = is_pair ? (*pair)[1].get<Bytes>() : nullptr;
    if (car && bytes) {
      meta.cars.emplace_back(std::move(*car), std::move(*bytes));
    } else {
      from.refuse("cars");
    }
  }
  return meta;
}

Want want(Members& from) {
  Want want{from.id(), CarKind::kData, from.take<Cid>("car")};
  const std::string kind = from.take<std::string>("kind");
  if (kind == "file") {
    want.kind = CarKind::kFile;
  } else if (kind != "data") {
    from.refuse("kind");
  }
  return want;
}

Held held(Members& from) {
  Held held;
  for (Value& item : from.take<List>("clock")) {
    if (Cid* event = item.get<Cid>()) {
      held.clock.push_back(std::move(*event));
    } else {
      from.refuse("clock");
    }
  }
  return held;
}

Message read(std::string_view type, Members& from) {
  if (type == "hello") return hello(from);
  if (type == "proof") return Proof{from.bytes_of("proof", 32)};
  if (type == "meta") return meta(from);
  if (type == "want") return want(from);
  if (type == "cancel") return Cancel{from.id()};
  if (type == "chunk") return Chunk{from.id(), from.take<Bytes>("bytes"), from.take<bool>("last")};
  if (type == "none") return None{from.id()};
  if (type == "credit") return Credit{from.number("bytes")};
  if (type == "held") return held(from);
  if (type == "ephemeral") return Ephemeral{from.take<Bytes>("value")};
  if (type == "bye") return Bye{from.take<std::string>("code"), from.take<std::string>("text")};
  from.refuse("type");
  return Bye{};
}

}  // namespace

Bytes encode(const Message& message) {
  Map map;
  map.emplace_back("type", Value(std::string(kNames[message.index()])));
  std::visit([&](const auto& content) { members(map, content); }, message);
  return dag_cbor::encode(Value(std::move(map)));
}

Result<Message> decode(ByteView bytes) {
  auto value = dag_cbor::decode(bytes);
  if (!value) return fail(ErrorCode::kInvalidArgument, std::move(value).error().message);
  Members from(*value);
  const std::string type = from.take<std::string>("type");
  Message message = read(type, from);
  if (!from.wrong().empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "\"" + from.wrong() + "\" of a message \"" + type.substr(0, 20) + "\" is wrong");
  }
  return message;
}

}  // namespace fireproof::peer
