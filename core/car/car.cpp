#include "car/car.hpp"

#include "crypto/sha256.hpp"
#include "ipld/dag_cbor.hpp"
#include "ipld/dag_cbor_reader.hpp"
#include "multiformats/varint.hpp"

namespace fireproof::car {
namespace {

// The first 11 bytes of a CAR v2, and of the 40 bytes that follow them: where the CAR v1 lies.
constexpr std::string_view kPragma = "\x0a\xa1gversion\x02";
constexpr std::size_t kCharacteristicsSize = 16;
constexpr std::size_t kHeader2Size = 40;

tl::unexpected<Error> corrupt(std::string_view what, std::size_t offset) {
  return fail(ErrorCode::kCorruptCar,
              "CAR: " + std::string(what) + " at byte " + std::to_string(offset));
}

struct Section {
  ByteView content;
  std::size_t offset = 0;
};

/// Takes one length-prefixed section from `at` on, and moves `at` behind it.
Result<Section> next_section(ByteView bytes, std::size_t& at) {
  const auto length = varint::decode(bytes.subspan(at));
  if (!length) return corrupt("bad section length", at);
  const std::size_t start = at + length->size;
  if (length->value == 0) return corrupt("empty section", at);
  if (length->value > bytes.size() - start) return corrupt("truncated section", at);
  at = start + static_cast<std::size_t>(length->value);
  return Section{bytes.subspan(start, static_cast<std::size_t>(length->value)), start};
}

Result<std::vector<Cid>> read_header(ByteView bytes) {
  DagCborReader reader(bytes);
  std::vector<Cid> roots;
  bool has_roots = false;
  bool has_version = false;
  for (std::size_t members = reader.map(); members > 0 && reader.ok(); --members) {
    const std::string_view key = reader.text();
    if (key == "roots" && !has_roots) {
      has_roots = true;
      std::size_t count = reader.list();
      if (count > kMaxRoots) return corrupt("too many roots", 0);
      for (; count > 0 && reader.ok(); --count) roots.push_back(reader.link());
    } else if (key == "version" && !has_version) {
      has_version = true;
      if (reader.integer() != Integer{1, false}) reader.refuse("version is not 1");
    } else {
      reader.refuse("unexpected member");
    }
  }
  reader.end();
  FIREPROOF_CHECK(reader.status(ErrorCode::kCorruptCar, "CAR header"));
  if (!has_roots || !has_version) return corrupt("header without roots or version", 0);
  return roots;
}

/// Parses what lies from `at` on; offsets count from the start of `bytes`.
Result<Car> parse_version1(ByteView bytes, std::size_t at) {
  Car car;
  FIREPROOF_TRY(const Section header, next_section(bytes, at));
  FIREPROOF_TRY(car.roots, read_header(header.content));
  while (at < bytes.size()) {
    if (car.blocks.size() == kMaxBlocks) return corrupt("too many blocks", at);
    FIREPROOF_TRY(const Section section, next_section(bytes, at));
    auto cid = Cid::read(section.content);
    if (!cid) return corrupt("bad CID", section.offset);
    car.blocks.push_back(
        {std::move(cid->cid), section.content.subspan(cid->size), section.offset + cid->size});
  }
  return car;
}

}  // namespace

Result<Car> parse(ByteView bytes) {
  if (!as_text(bytes).starts_with(kPragma)) return parse_version1(bytes, 0);
  if (bytes.size() < kPragma.size() + kHeader2Size)
    return corrupt("truncated version 2 header", bytes.size());
  const ByteView header = bytes.subspan(kPragma.size() + kCharacteristicsSize);
  const std::uint64_t offset = load_le64(header);
  const std::uint64_t size = load_le64(header.subspan(8));
  if (offset < kPragma.size() + kHeader2Size || offset > bytes.size() ||
      size > bytes.size() - offset) {
    return corrupt("version 2 header points outside the file", kPragma.size());
  }
  return parse_version1(bytes.first(static_cast<std::size_t>(offset + size)),
                        static_cast<std::size_t>(offset));
}

Status verify(const Car& car) {
  for (const CarBlock& block : car.blocks) {
    if (!matches(block.cid, block.data)) {
      return fail(ErrorCode::kCorruptBlock,
                  "block " + block.cid.text() + " does not match its CID");
    }
  }
  return {};
}

Bytes write_header(std::span<const Cid> roots) {
  Bytes header;
  DagCborWriter writer(header);
  writer.map(2);
  writer.text("roots");
  writer.list(roots.size());
  for (const Cid& root : roots) writer.link(root);
  writer.text("version");
  writer.integer({1, false});
  Bytes bytes;
  varint::append(bytes, header.size());
  append(bytes, header);
  return bytes;
}

void append_block(Bytes& to, const Cid& cid, ByteView data) {
  varint::append(to, cid.bytes().size() + data.size());
  append(to, cid.bytes());
  append(to, data);
}

std::size_t block_size(const Cid& cid, std::size_t data_size) {
  const std::size_t content = cid.bytes().size() + data_size;
  return varint::size(content) + content;
}

}  // namespace fireproof::car
