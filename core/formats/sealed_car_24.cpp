#include "formats/sealed_car_24.hpp"

#include <array>

#include "crypto/sha256.hpp"
#include "ipld/dag_cbor.hpp"
#include "ipld/dag_cbor_reader.hpp"

namespace fireproof::sealed_car_24 {
namespace {

tl::unexpected<Error> corrupt(const Cid& name, std::string_view what) {
  return fail(ErrorCode::kCorruptCar, "CAR " + name.text() + " " + std::string(what));
}

}  // namespace

std::optional<Envelope> read(ByteView stored) {
  Envelope envelope;
  DagCborReader reader(stored);
  reader.map_of(3);
  reader.key("iv");
  envelope.iv = reader.bytes();
  reader.key("data");
  const ByteView data = reader.bytes();
  envelope.data = reader.position() - data.size();
  envelope.size = data.size();
  reader.key("keyId");
  envelope.key_id = reader.bytes();
  reader.end();
  if (!reader.ok() || envelope.iv.size() != AesGcm::kIvSize ||
      envelope.key_id.size() != sizeof(Digest) || data.size() < AesGcm::kTagSize) {
    return std::nullopt;
  }
  return envelope;
}

Bytes derive_iv(const Cid& name) {
  Bytes iv(AesGcm::kIvSize, 0);
  Bytes multihash{static_cast<std::uint8_t>(hash::kSha256),
                  static_cast<std::uint8_t>(name.digest().size())};
  append(multihash, name.digest());
  for (std::size_t i = 0; i < multihash.size(); ++i) iv[i % iv.size()] ^= multihash[i];
  return iv;
}

Result<ByteView> open(const Cid& name, const Envelope& envelope, Bytes& stored,
                      const KeyRing& keys) {
  const std::span<std::uint8_t> sealed = std::span(stored).subspan(envelope.data, envelope.size);
  const KeyRing::Key* fitting = nullptr;
  bool named_key_known = false;
  for (const bool named : {true, false}) {
    for (const KeyRing::Key& key : keys.keys()) {
      if (fitting || equal(key.id, envelope.key_id) != named) continue;
      named_key_known = named_key_known || named;
      if (key.cipher.open(envelope.iv, sealed)) fitting = &key;
    }
  }
  if (!fitting && !named_key_known) {
    return fail(ErrorCode::kKeyMissing, "CAR " + name.text() +
                                            " is sealed with a key that is not known here; open "
                                            "the database with the key of its writer");
  }
  if (!fitting) return corrupt(name, "is damaged: its authentication tag does not fit");
  const ByteView plain = sealed.first(sealed.size() - AesGcm::kTagSize);
  if (!equal(fitting->id, envelope.key_id))
    return corrupt(name, "is damaged: its key id is not that of its key");
  if (!matches(name, plain)) return corrupt(name, "holds another CAR");
  if (!equal(envelope.iv, derive_iv(name)))
    return corrupt(name, "has an IV that is not derived from its content");
  return plain;
}

Bytes seal(const Cid& name, ByteView plain, const KeyRing::Key& key) {
  constexpr std::size_t kRoom = 128;  // more than all else takes
  const Bytes iv = derive_iv(name);
  Bytes stored;
  stored.reserve(plain.size() + kRoom);
  DagCborWriter writer(stored);
  writer.map(3);
  writer.text("iv");
  writer.bytes(iv);
  writer.text("data");
  writer.bytes_head(plain.size() + AesGcm::kTagSize);
  key.cipher.seal(iv, plain, stored);
  writer.text("keyId");
  writer.bytes(key.id);
  return stored;
}

}  // namespace fireproof::sealed_car_24
