#pragma once

#include <string>

#include "base/error.hpp"
#include "ipld/value.hpp"

namespace fireproof {

/// Builds the JSON text in which documents cross to JavaScript: one text for a whole answer, which JSON.parse reads
/// faster than anything decodes CBOR there. What JSON cannot hold is left as null in its place and listed as a patch
/// at the end: `{"path": ["rows", 3, "value", "photo"], "bytes": "<base64>"}` or `"bigint": "<decimal>"`.
/// Links become `{"/": "<cid>"}`.
class DocumentJson {
 public:
  void begin_object();
  void end_object();
  void begin_list();
  void end_list();

  /// The name of the member that follows.
  void member(std::string_view name);

  void text(std::string_view value);
  void boolean(bool value);
  void value(const Cid& link);

  /// A document: `_id` first, then the members of the encoded map `fields` except its `_id`.
  /// Fails with kCorruptBlock.
  Status document(std::string_view id, ByteView fields);

  /// `{"_id": id, "_deleted": true}`.
  void tombstone(std::string_view id);

  /// Ends the outermost object, which must be open, with the member "patches" if there are any, and gives the text.
  std::string finish();

 private:
  struct Segment {
    std::string name;
    std::size_t index = 0;
    bool is_list = false;
  };

  void separate();
  void scalar();
  void item(class DagCborReader& reader, int depth);
  void map_members(class DagCborReader& reader, int depth, std::string_view without);
  void patch(std::string_view kind, std::string_view content);

  std::string text_;
  std::string patches_;
  std::vector<Segment> path_;
};

/// What a value block holds (format pages 0.14 section 7, 0.24 section 6.2).
struct StoredDocument {
  bool deleted = false;
  ByteView
      fields;  ///< the encoded map of the document, borrowed from the block; empty for a tombstone
};

/// Reads a value block: `{"doc": {…}}` or `{"del": true}`. With `honour_deleted_field`, a document with a true
/// `_deleted` is a deleted one. Fails with kCorruptBlock.
Result<StoredDocument> read_document(ByteView block, bool honour_deleted_field);

}  // namespace fireproof
