#include "formats/meta.hpp"
#include "ipld/dag_json.hpp"

namespace fireproof {

Result<Meta> read_meta_14(ByteView bytes) {
  auto value = dag_json::decode(as_text(bytes));
  if (!value) return fail(ErrorCode::kCorruptMeta, "meta record: " + value.error().message);
  if (value->get<List>()) {
    return fail(ErrorCode::kUnsupportedFormat,
                "this meta record was written by Fireproof 0.24, the database is "
                "opened as 0.14");
  }
  const Cid* car = value->find<Cid>("car");
  const Value* key = value->find("key");
  if (!car || car->codec() != codec::kRaw || !key) {
    return fail(ErrorCode::kCorruptMeta, "meta record: no CAR name or no key");
  }
  Meta meta;
  meta.entries.push_back({{*car}, {}, {}, {}});
  meta.is_public = key->get<Null>() != nullptr;
  if (meta.is_public) return meta;
  const auto* text = key->get<std::string>();
  auto secret = SecretKey::parse(text ? *text : std::string(), kKeySize14);
  if (!secret) return fail(ErrorCode::kCorruptMeta, "meta record: its key is not 64 hex digits");
  meta.keys.push_back(std::move(*secret));
  return meta;
}

Bytes write_meta_14(const Cid& car, const SecretKey* key) {
  Map header;
  header.emplace_back("car", Value(car));
  header.emplace_back("key", key ? Value(key->hex()) : Value());
  std::string text = dag_json::encode(Value(std::move(header)));
  Bytes bytes = copy_of(as_bytes(text));
  wipe(text);
  return bytes;
}

}  // namespace fireproof
