#include <algorithm>
#include <array>

#include "crypto/sha256.hpp"
#include "formats/car_header.hpp"
#include "formats/format.hpp"
#include "formats/meta.hpp"
#include "formats/sealed_car_24.hpp"
#include "formats/sealing.hpp"

namespace fireproof {
namespace {

constexpr std::size_t kMaxIdSize = 4096;

tl::unexpected<Error> fail_for(const Cid& name, const Error& error) {
  return fail(
      error.code == ErrorCode::kCorruptBlock ? ErrorCode::kCorruptBlock : ErrorCode::kCorruptCar,
      "CAR " + name.text() + ": " + error.message);
}

class Format24 final : public Format {
 public:
  [[nodiscard]] std::string_view name() const override { return "0.24"; }
  [[nodiscard]] std::size_t key_size() const override { return kKeySize24; }
  [[nodiscard]] bool meta_holds_key() const override { return false; }
  [[nodiscard]] std::uint64_t car_codec() const override { return codec::kCar24; }
  [[nodiscard]] const ShardRules& shards() const override { return shard_rules_24(); }
  [[nodiscard]] bool has_genesis() const override { return true; }

  [[nodiscard]] Status check_id(std::string_view id) const override {
    const bool printable = std::all_of(id.begin(), id.end(), [](char character) {
      return character >= 0x20 && character <= 0x7E;
    });
    if (id.empty() || id.size() > kMaxIdSize || !printable || is_hidden(id)) {
      return fail(ErrorCode::kInvalidDocument,
                  "document \"" + std::string(id.substr(0, 100)) +
                      "\": ids of format 0.24 are 1 to 4,096 printable ASCII characters");
    }
    return {};
  }

  [[nodiscard]] Result<NewBlock> document_block(std::string_view id, Map fields) const override {
    fields.emplace_back("_id", Value(std::string(id)));
    return block_of("doc", Value(std::move(fields)));
  }

  [[nodiscard]] bool is_hidden(std::string_view key) const override { return key == kGenesisKey; }
  [[nodiscard]] bool honours_deleted_field() const override { return true; }
  [[nodiscard]] Result<Meta> read_meta(ByteView bytes) const override {
    return read_meta_24(bytes);
  }

  [[nodiscard]] Result<OpenedCar> open(const Cid& name, Bytes stored, const KeyRing& keys,
                                       CarKind kind) const override {
    OpenedCar opened;
    opened.bytes = std::move(stored);
    FIREPROOF_TRY(const ByteView plain, unseal(name, opened, keys));
    auto parsed = car::parse(plain);
    if (!parsed) return fail_for(name, parsed.error());
    if (auto checked = car::verify(*parsed); !checked) return fail_for(name, checked.error());
    const auto start = static_cast<std::uint32_t>(plain.data() - opened.bytes.data());
    opened.blocks.reserve(parsed->blocks.size());
    for (CarBlock& block : parsed->blocks) {
      opened.blocks.push_back({std::move(block.cid), block.data,
                               static_cast<std::uint32_t>(block.offset) + start,
                               static_cast<std::uint32_t>(block.data.size())});
    }
    opened.roots = std::move(parsed->roots);
    if (kind == CarKind::kData && !opened.blocks.empty()) {
      auto header = read_header_24(opened.blocks.front().data);
      if (!header) return fail_for(name, header.error());
      opened.header = std::move(*header);
    }
    return opened;
  }

  [[nodiscard]] SealedCar seal(const CarHeader& header, std::span<const BlockView> blocks,
                               const KeyRing::Key* key, Entropy& /*entropy*/) const override {
    const Bytes block = write_header_24(header);
    const std::array<Cid, 1> root{cid_of(codec::kDagCbor, block)};
    std::vector<BlockView> all{{root[0], block}};
    all.insert(all.end(), blocks.begin(), blocks.end());
    SealedCar car = seal_car_24(root, all, key);
    car.opened.header = header;
    return car;
  }

  [[nodiscard]] std::vector<NewBlock> file_blocks(ByteView content) const override {
    std::vector<NewBlock> blocks;
    blocks.push_back({cid_of(codec::kRaw, content), copy_of(content)});
    return blocks;
  }

  [[nodiscard]] SealedCar seal_files(std::span<const Cid> roots, std::span<const BlockView> blocks,
                                     const KeyRing::Key* key, Entropy& /*entropy*/) const override {
    return seal_car_24(roots, blocks, key);
  }

  [[nodiscard]] Bytes write_meta(const CarGroup& group, const KeyRing::Key* /*key*/,
                                 const MetaBase& base) const override {
    return write_meta_24(group, base);
  }

 private:
  /// The plaintext CAR inside `opened.bytes`; sets the layout.
  static Result<ByteView> unseal(const Cid& name, OpenedCar& opened, const KeyRing& keys) {
    if (opened.bytes.size() > kMaxCarSize || name.codec() != codec::kCar24) {
      return fail(ErrorCode::kCorruptCar,
                  "CAR " + name.text() + " is too large, or no name of a 0.24 CAR");
    }
    if (const auto envelope = sealed_car_24::read(opened.bytes)) {
      opened.layout = {Sealing::kWhole, static_cast<std::uint32_t>(envelope->data)};
      return sealed_car_24::open(name, *envelope, opened.bytes, keys);
    }
    if (!matches(name, opened.bytes)) {
      return fail(ErrorCode::kCorruptCar, "CAR " + name.text() + " does not match its name");
    }
    if (!keys.empty()) {
      return fail(ErrorCode::kKeyMismatch, "CAR " + name.text() +
                                               " is not encrypted, but this database is; open a "
                                               "public one with { public: true }");
    }
    return ByteView(opened.bytes);
  }
};

}  // namespace

const Format& format_24() {
  static const Format24 format;
  return format;
}

}  // namespace fireproof
