#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "crypto/sha256.hpp"
#include "formats/car_header.hpp"
#include "formats/format.hpp"
#include "formats/meta.hpp"
#include "formats/sealed_block_14.hpp"
#include "formats/sealing.hpp"
#include "formats/unixfs.hpp"
#include "ipld/dag_cbor.hpp"

namespace fireproof {
namespace {

tl::unexpected<Error> fail_for(const Cid& name, ErrorCode code, std::string_view what) {
  return fail(code, "CAR " + name.text() + ": " + std::string(what));
}

bool is_sealed(const Car& car) {
  return std::any_of(car.blocks.begin(), car.blocks.end(),
                     [](const CarBlock& block) { return block.cid.codec() == codec::kSealed14; });
}

/// The sealed block that the only root of an encrypted CAR names: its header, or its first file.
std::optional<Cid> sealed_root(const Car& car) {
  if (car.roots.size() != 1) return std::nullopt;
  const auto top = std::find_if(car.blocks.begin(), car.blocks.end(),
                                [&](const CarBlock& block) { return block.cid == car.roots[0]; });
  if (top == car.blocks.end()) return std::nullopt;
  const auto value = dag_cbor::decode(top->data);
  const List* links = value ? value->get<List>() : nullptr;
  const Cid* root = links && links->size() == 2 ? links->front().get<Cid>() : nullptr;
  return root ? std::optional<Cid>(*root) : std::nullopt;
}

/// Members that every JavaScript object has: the package writes documents that use such a name and cannot read them back
/// (format page 6.5).
constexpr std::array<std::string_view, 12> kObjectMembers{
    "constructor",      "hasOwnProperty",   "isPrototypeOf",    "propertyIsEnumerable",
    "toLocaleString",   "toString",         "valueOf",          "__proto__",
    "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"};

/// UTF-16 units of an id that stay together in the shard tree.
constexpr std::size_t kMaxPieceUnits = 64;

/// The first name in `value`, at any depth, that is one of them.
const std::string* unreadable_name(const Value& value) {
  std::vector<const Value*> stack{&value};
  while (!stack.empty()) {
    const Value* at = stack.back();
    stack.pop_back();
    if (const List* list = at->get<List>()) {
      for (const Value& item : *list) stack.push_back(&item);
    }
    const Map* map = at->get<Map>();
    if (!map) continue;
    for (const auto& [name, member] : *map) {
      if (std::find(kObjectMembers.begin(), kObjectMembers.end(), name) != kObjectMembers.end())
        return &name;
      stack.push_back(&member);
    }
  }
  return nullptr;
}

class Format14 final : public Format {
 public:
  [[nodiscard]] std::string_view name() const override { return "0.14"; }
  [[nodiscard]] std::size_t key_size() const override { return kKeySize14; }
  [[nodiscard]] bool meta_holds_key() const override { return true; }
  [[nodiscard]] std::uint64_t car_codec() const override { return codec::kRaw; }
  [[nodiscard]] const ShardRules& shards() const override { return shard_rules_14(); }
  [[nodiscard]] bool has_genesis() const override { return false; }

  [[nodiscard]] Status check_id(std::string_view id) const override {
    if (id.empty()) return fail(ErrorCode::kInvalidDocument, "a document id is not empty");
    // Longer ids are cut into pieces, within a character if it falls so: the id then comes back as another one (format
    // page 6.5).
    const std::u16string units = to_utf16(id);
    const bool has_pairs = std::any_of(units.begin(), units.end(),
                                       [](char16_t unit) { return (unit & 0xF800) == 0xD800; });
    if (units.size() > kMaxPieceUnits && has_pairs) {
      return fail(
          ErrorCode::kInvalidDocument,
          "document \"" + std::string(id) +
              "\": ids of format 0.14 with more than 64 UTF-16 units cannot have characters "
              "beyond U+FFFF");
    }
    return {};
  }

  [[nodiscard]] Result<NewBlock> document_block(std::string_view id, Map fields) const override {
    Value value(std::move(fields));
    if (const std::string* name = unreadable_name(value)) {
      return fail(ErrorCode::kInvalidDocument,
                  "document \"" + std::string(id) +
                      "\": Fireproof 0.14 cannot read back members called \"" + *name +
                      "\", and no document beside them");
    }
    return block_of("doc", std::move(value));
  }

  [[nodiscard]] bool is_hidden(std::string_view /*key*/) const override { return false; }
  [[nodiscard]] bool honours_deleted_field() const override { return false; }
  [[nodiscard]] Result<Meta> read_meta(ByteView bytes) const override {
    return read_meta_14(bytes);
  }

  [[nodiscard]] Result<OpenedCar> open(const Cid& name, Bytes stored, const KeyRing& keys,
                                       CarKind kind) const override {
    if (stored.size() > kMaxCarSize || name.codec() != codec::kRaw || !matches(name, stored)) {
      return fail_for(name, ErrorCode::kCorruptCar, "its bytes do not match its name");
    }
    OpenedCar opened;
    opened.bytes = std::move(stored);
    auto parsed = car::parse(opened.bytes);
    if (!parsed) return fail_for(name, ErrorCode::kCorruptCar, parsed.error().message);
    if (auto checked = car::verify(*parsed); !checked) {
      return fail_for(name, ErrorCode::kCorruptBlock, checked.error().message);
    }
    if (is_sealed(*parsed)) {
      FIREPROOF_CHECK(unseal(name, *parsed, keys, opened));
    } else if (!keys.empty() && kind == CarKind::kData) {
      return fail_for(
          name, ErrorCode::kKeyMismatch,
          "it is not encrypted, but this database is; open a public one with { public: true }");
    } else {
      opened.roots = std::move(parsed->roots);
      for (CarBlock& block : parsed->blocks) {
        opened.blocks.push_back({std::move(block.cid), block.data,
                                 static_cast<std::uint32_t>(block.offset),
                                 static_cast<std::uint32_t>(block.data.size())});
      }
    }
    if (kind == CarKind::kData) FIREPROOF_CHECK(read_header(name, opened));
    return opened;
  }

  [[nodiscard]] SealedCar seal(const CarHeader& header, std::span<const BlockView> blocks,
                               const KeyRing::Key* key, Entropy& entropy) const override {
    const Bytes block = write_header_14(header);
    const std::array<Cid, 1> root{cid_of(codec::kDagCbor, block)};
    std::vector<BlockView> all(blocks.begin(), blocks.end());
    all.push_back({root[0], block});
    SealedCar car = seal_car_14(root, all, key, entropy);
    car.opened.header = header;
    return car;
  }

  [[nodiscard]] std::vector<NewBlock> file_blocks(ByteView content) const override {
    return unixfs::write(content);
  }

  [[nodiscard]] SealedCar seal_files(std::span<const Cid> roots, std::span<const BlockView> blocks,
                                     const KeyRing::Key* key, Entropy& entropy) const override {
    return seal_car_14(roots, blocks, key, entropy);
  }

  [[nodiscard]] Bytes write_meta(const CarGroup& group, const KeyRing::Key* key,
                                 const MetaBase& /*base*/) const override {
    return write_meta_14(group.front(), key ? &key->secret : nullptr);
  }

 private:
  static Status unseal(const Cid& name, const Car& car, const KeyRing& keys, OpenedCar& opened) {
    if (keys.empty()) {
      return fail_for(name, ErrorCode::kKeyMissing,
                      "it is encrypted; open the database with its key");
    }
    opened.layout.sealing = Sealing::kBlocks;
    const auto root = sealed_root(car);
    if (!root)
      return fail_for(name, ErrorCode::kCorruptCar, "its root does not name a sealed block");
    const KeyRing::Key* fitting = nullptr;
    for (const CarBlock& block : car.blocks) {
      if (block.cid.codec() != codec::kSealed14) continue;
      const auto sealed = std::span(opened.bytes).subspan(block.offset, block.data.size());
      std::optional<sealed_block_14::Opened> inner;
      for (const KeyRing::Key& key : keys.keys()) {
        if (fitting && fitting != &key) continue;
        inner = sealed_block_14::open(sealed, key.cipher);
        if (!inner) continue;
        fitting = &key;
        break;
      }
      if (!inner && !fitting) {
        return fail_for(name, ErrorCode::kKeyMissing,
                        "it is sealed with a key that is not known here");
      }
      if (!inner) {
        return fail_for(name, ErrorCode::kCorruptBlock,
                        "sealed block " + block.cid.text() + " cannot be opened");
      }
      if (block.cid == *root) opened.roots = {inner->cid};
      opened.blocks.push_back({std::move(inner->cid), inner->data,
                               static_cast<std::uint32_t>(block.offset),
                               static_cast<std::uint32_t>(block.data.size())});
    }
    if (opened.roots.empty())
      return fail_for(name, ErrorCode::kCorruptCar, "the block named by its root is missing");
    return {};
  }

  static Status read_header(const Cid& name, OpenedCar& opened) {
    for (const OpenedBlock& block : opened.blocks) {
      if (opened.roots.empty() || block.cid != opened.roots[0]) continue;
      auto header = read_header_14(block.data);
      if (!header) return fail_for(name, ErrorCode::kCorruptCar, header.error().message);
      opened.header = std::move(*header);
      return {};
    }
    return {};
  }
};

}  // namespace

const Format& format_14() {
  static const Format14 format;
  return format;
}

}  // namespace fireproof
