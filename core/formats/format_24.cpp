#include "crypto/sha256.hpp"
#include "formats/car_header.hpp"
#include "formats/format.hpp"
#include "formats/meta.hpp"
#include "formats/sealed_car_24.hpp"

namespace fireproof {
namespace {

constexpr std::string_view kGenesisKey =
    "baembeiarootfireproofgenesisblockaaaafireproofgenesisblocka";

tl::unexpected<Error> fail_for(const Cid& name, const Error& error) {
  return fail(
      error.code == ErrorCode::kCorruptBlock ? ErrorCode::kCorruptBlock : ErrorCode::kCorruptCar,
      "CAR " + name.text() + ": " + error.message);
}

class Format24 final : public Format {
 public:
  [[nodiscard]] std::string_view name() const override { return "0.24"; }
  [[nodiscard]] std::size_t key_size() const override { return kKeySize24; }
  [[nodiscard]] std::uint64_t car_codec() const override { return codec::kCar24; }
  [[nodiscard]] const ShardRules& shards() const override { return shard_rules_24(); }
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
