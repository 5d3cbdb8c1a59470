#include "formats/format.hpp"

#include "crypto/sha256.hpp"
#include "formats/sealed_block_14.hpp"
#include "formats/sealed_car_24.hpp"
#include "ipld/dag_cbor.hpp"

namespace fireproof {

NewBlock block_of(std::string_view kind, Value content) {
  Map value;
  value.emplace_back(kind, std::move(content));
  Bytes data = dag_cbor::encode(Value(std::move(value)));
  Cid cid = cid_of(codec::kDagCbor, data);
  return {std::move(cid), std::move(data)};
}

NewBlock tombstone_block() { return block_of("del", Value(true)); }

const Format* find_format(std::string_view name) {
  for (const Format* format : {&format_14(), &format_24()}) {
    if (format->name() == name) return format;
  }
  return nullptr;
}

std::optional<ByteView> open_range(const Cid& car, const CarLayout& layout, const Cid& cid,
                                   std::uint32_t stored_offset, std::span<std::uint8_t> stored,
                                   const KeyRing& keys) {
  if (layout.sealing == Sealing::kPlain) {
    return matches(cid, stored) ? std::optional<ByteView>(stored) : std::nullopt;
  }
  if (layout.sealing == Sealing::kWhole && stored_offset < layout.payload_start)
    return std::nullopt;
  for (const KeyRing::Key& key : keys.keys()) {
    if (layout.sealing == Sealing::kBlocks) {
      const auto opened = sealed_block_14::open(stored, key.cipher);
      if (opened && opened->cid == cid) return opened->data;
      continue;
    }
    const Bytes iv = sealed_car_24::derive_iv(car);
    const std::uint32_t offset = stored_offset - layout.payload_start;
    key.cipher.decrypt_part(iv, offset, stored);
    if (matches(cid, stored)) return stored;
    key.cipher.decrypt_part(iv, offset, stored);  // back to the ciphertext, for the next key
  }
  return std::nullopt;
}

}  // namespace fireproof
