#include "documents/attachments.hpp"

#include <algorithm>

#include "formats/unixfs.hpp"
#include "ipld/dag_cbor.hpp"

namespace fireproof {
namespace {

/// Room for what a CAR has beside the content of its files.
constexpr std::size_t kMaxContent = unixfs::kMaxFileSize - (std::size_t{1} << 20);

struct StoredFile {
  const NewFile* file = nullptr;
  std::vector<NewBlock> blocks;  // the root last
  std::size_t size = 0;

  [[nodiscard]] const Cid& root() const { return blocks.back().cid; }
};

Value* member_of(Map& map, const std::string& name) {
  const auto at =
      std::find_if(map.begin(), map.end(), [&](const auto& entry) { return entry.first == name; });
  return at == map.end() ? nullptr : &at->second;
}

/// What a document says about a file; 0.24 names its CAR in a list.
Value entry_of(const Format& format, const StoredFile& stored, const Cid& car) {
  Map entry;
  entry.emplace_back("car", format.has_genesis() ? Value(List{Value(car)}) : Value(car));
  entry.emplace_back("cid", Value(stored.root()));
  entry.emplace_back("size", Value::integer(stored.size));
  entry.emplace_back("type", Value(stored.file->type));
  if (format.has_genesis() && stored.file->last_modified)
    entry.emplace_back("lastModified", Value(*stored.file->last_modified));
  return Value(std::move(entry));
}

/// The contents' CIDs in the order of the field: of all its files in 0.24, of the new ones in 0.14.
std::vector<Cid> roots_of(const Format& format, const Map& field,
                          const std::vector<StoredFile>& files) {
  std::vector<Cid> roots;
  for (const auto& [name, entry] : field) {
    const auto stored =
        std::find_if(files.begin(), files.end(),
                     [&, &wanted = name](const auto& f) { return f.file->name == wanted; });
    const Cid* kept = format.has_genesis() ? entry.find<Cid>("cid") : nullptr;
    if (stored != files.end()) {
      roots.push_back(stored->root());
    } else if (kept) {
      roots.push_back(*kept);
    }
  }
  return roots;
}

SealedCar seal_together(const Format& format, std::span<const Cid> roots,
                        std::span<const StoredFile* const> files, const KeyRing::Key* key,
                        Entropy& entropy) {
  std::vector<BlockView> views;
  for (const StoredFile* file : files) {
    for (const NewBlock& block : file->blocks) views.push_back({block.cid, block.data});
  }
  return format.seal_files(roots, views, key, entropy);
}

class FieldWriter {
 public:
  FieldWriter(const Format& format, Map& field, const KeyRing::Key* key, Entropy& entropy)
      : format_(format), field_(field), key_(key), entropy_(entropy) {}

  Status add(const NewFile& file, std::span<const Bytes> contents) {
    if (file.blob >= contents.size())
      return fail(ErrorCode::kInvalidDocument, "attachment \"" + file.name + "\" has no content");
    const Bytes& content = contents[file.blob];
    if (content.size() > kMaxContent) {
      return fail(ErrorCode::kInvalidDocument,
                  "attachment \"" + file.name + "\" is larger than 255 MiB");
    }
    files_.push_back({&file, format_.file_blocks(content), content.size()});
    return {};
  }

  void seal(std::vector<SealedCar>& cars) {
    const std::vector<Cid> roots = roots_of(format_, field_, files_);
    std::vector<const StoredFile*> together;
    for (const StoredFile& file : files_) {
      if (format_.has_genesis() && dag_cbor::decode(file.blocks.back().data)) {
        const StoredFile* alone = &file;
        store(seal_together(format_, std::span(&file.root(), 1), std::span(&alone, 1), key_,
                            entropy_),
              std::span(&alone, 1), cars);
      } else {
        together.push_back(&file);
      }
    }
    if (together.empty()) return;
    store(seal_together(format_, roots, together, key_, entropy_), together, cars);
  }

 private:
  void store(SealedCar car, std::span<const StoredFile* const> files,
             std::vector<SealedCar>& cars) {
    for (const StoredFile* stored : files)
      *member_of(field_, stored->file->name) = entry_of(format_, *stored, car.name);
    cars.push_back(std::move(car));
  }

  const Format& format_;
  Map& field_;
  const KeyRing::Key* key_;
  Entropy& entropy_;
  std::vector<StoredFile> files_;
};

}  // namespace

Result<std::vector<SealedCar>> store_files(const Format& format, NewDocument& document,
                                           std::span<const Bytes> contents, const KeyRing::Key* key,
                                           Entropy& entropy) {
  std::vector<SealedCar> cars;
  for (const std::string_view name : {"_files", "_publicFiles"}) {
    Value* field = member_of(document.fields, std::string(name));
    if (!field || !field->get<Map>()) continue;
    const bool in_clear = name == "_publicFiles" && !format.has_genesis();
    FieldWriter writer(format, *field->get<Map>(), in_clear ? nullptr : key, entropy);
    bool any = false;
    for (const NewFile& file : document.files) {
      if (file.field != name) continue;
      FIREPROOF_CHECK(writer.add(file, contents));
      any = true;
    }
    if (any) writer.seal(cars);
  }
  return cars;
}

}  // namespace fireproof
