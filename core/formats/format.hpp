#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/entropy.hpp"
#include "formats/key_ring.hpp"
#include "formats/opened_car.hpp"
#include "ipld/value.hpp"
#include "pail/editor.hpp"

namespace fireproof {

/// One entry of a remote's mutable record: the newest CARs of a device.
struct MetaEntry {
  CarGroup group;
  Cid event;                 ///< 0.24: the entry's own name in the meta clock; else empty
  std::vector<Cid> parents;  ///< 0.24: the entries it was written on top of
  Value json;                ///< 0.24: the entry as it stands in the record
};

/// A decoded meta record.
struct Meta {
  std::vector<MetaEntry> entries;
  std::vector<SecretKey> keys;  ///< carried by the record (0.14 always does, some 0.24 gateways do)
  bool is_public = false;       ///< 0.14: the record says that nothing is encrypted
  std::vector<Error> damaged;   ///< 0.24: entries that could not be read; the others stand
  std::vector<Value> unread;    ///< 0.24: these entries, as they stand in the record
  Value object;  ///< 0.24: the record itself if it is no plain list, but an object with keys
};

/// What of a remote's meta record stays when a new one is written. 0.14 has nothing to keep.
struct MetaBase {
  std::vector<Cid> replaced;  ///< names of the entries that the new one stands for
  std::vector<Value> kept;    ///< entries that stay after it
  Value object;               ///< as in Meta
};

/// One generation of Fireproof's bytes. Implementations have no state.
class Format {
 public:
  Format() = default;
  Format(const Format&) = delete;
  Format& operator=(const Format&) = delete;
  virtual ~Format() = default;

  /// "0.14" or "0.24", as in API options and in the names of meta objects.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// Bytes of an encryption key.
  [[nodiscard]] virtual std::size_t key_size() const = 0;

  /// True if a meta record holds the key of its database, which readers have from there; else it is told in other ways, and a
  /// key that a record brings along is nobody's word.
  [[nodiscard]] virtual bool meta_holds_key() const = 0;

  /// The multicodec of CAR names.
  [[nodiscard]] virtual std::uint64_t car_codec() const = 0;

  [[nodiscard]] virtual const ShardRules& shards() const = 0;

  /// True if every database begins with the same commit (0.24 format page 6.1).
  [[nodiscard]] virtual bool has_genesis() const = 0;

  /// Fails with kInvalidDocument if no document can have this id.
  [[nodiscard]] virtual Status check_id(std::string_view id) const = 0;

  /// The value block of a document (format pages 0.14 section 7, 0.24 section 6.2). `fields` are its members without `_id`.
  /// Fails with kInvalidDocument if the JavaScript package could not read it back.
  [[nodiscard]] virtual Result<NewBlock> document_block(std::string_view id, Map fields) const = 0;

  /// True for the key of a document that exists in every database and is shown to nobody.
  [[nodiscard]] virtual bool is_hidden(std::string_view key) const = 0;

  /// True if a stored document that carries `_deleted: true` counts as deleted.
  [[nodiscard]] virtual bool honours_deleted_field() const = 0;

  /// Decodes a meta record. Fails with kCorruptMeta, or kUnsupportedFormat for the other generation's record.
  [[nodiscard]] virtual Result<Meta> read_meta(ByteView bytes) const = 0;

  /// Opens a stored CAR: checks its name, decrypts it, checks every block. An empty ring means a public database.
  /// Fails with kCorruptCar or kCorruptBlock (the bytes are not what the name says), kKeyMissing (sealed with a key
  /// that is not in the ring) or kKeyMismatch (plain in an encrypted database). Messages name the CAR.
  [[nodiscard]] virtual Result<OpenedCar> open(const Cid& name, Bytes stored, const KeyRing& keys,
                                               CarKind kind) const = 0;

  /// Writes the data CAR of a commit: its header and `blocks`, sealed with `key` unless that is null (format pages 0.14
  /// section 4, 0.24 sections 3 and 4). Each block is written once, where it comes first.
  [[nodiscard]] virtual SealedCar seal(const CarHeader& header, std::span<const BlockView> blocks,
                                       const KeyRing::Key* key, Entropy& entropy) const = 0;

  /// Splits the content of an attachment into blocks, the root last (format pages 0.14 section 8, 0.24 section 6.7).
  [[nodiscard]] virtual std::vector<NewBlock> file_blocks(ByteView content) const = 0;

  /// Writes an attachment CAR with these roots.
  [[nodiscard]] virtual SealedCar seal_files(std::span<const Cid> roots,
                                             std::span<const BlockView> blocks,
                                             const KeyRing::Key* key, Entropy& entropy) const = 0;

  /// Writes the meta record of a remote whose newest CARs are `group` (format pages 0.14 section 3, 0.24 section 2.1).
  /// The entry for them stands first: the JavaScript package stops at the first that it cannot load.
  [[nodiscard]] virtual Bytes write_meta(const CarGroup& group, const KeyRing::Key* key,
                                         const MetaBase& base) const = 0;
};

/// The id of the document that begins every database of 0.24 (format page 6.1).
constexpr std::string_view kGenesisKey =
    "baembeiarootfireproofgenesisblockaaaafireproofgenesisblocka";

/// A value block: a map with the one member `kind`.
NewBlock block_of(std::string_view kind, Value content);

/// `{"del": true}`, the value block of a deleted document in both generations.
NewBlock tombstone_block();

const Format& format_14();
const Format& format_24();

/// The format called "0.14" or "0.24"; null for any other text.
const Format* find_format(std::string_view name);

/// Decrypts one block from `stored`, the range of a stored CAR that OpenedBlock named, in place. Gives the plaintext
/// (borrowed from `stored`) if it matches `cid` under one of the keys; nothing otherwise.
std::optional<ByteView> open_range(const Cid& car, const CarLayout& layout, const Cid& cid,
                                   std::uint32_t stored_offset, std::span<std::uint8_t> stored,
                                   const KeyRing& keys);

}  // namespace fireproof
