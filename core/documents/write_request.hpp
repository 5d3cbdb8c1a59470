#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "ipld/value.hpp"

namespace fireproof {

/// An attachment that comes with a document.
struct NewFile {
  std::string field;     ///< "_files" or "_publicFiles"
  std::string name;      ///< its member there, which holds null until the content is stored
  std::size_t blob = 0;  ///< which of the call's blobs is the content
  std::string type;      ///< MIME type, may be empty
  std::optional<Integer> last_modified;  ///< milliseconds since 1970
};

/// A document as it crosses from JavaScript.
struct NewDocument {
  std::string id;
  bool deleted = false;
  Map fields;  ///< without `_id`
  std::vector<NewFile> files;
};

/// Reads the arguments of a write, `{"docs": […], "patches": […]}`: JSON with what JSON lacks beside it, as DocumentJson
/// writes answers. Whole numbers beyond ±(2^53-1) are floats as in JavaScript, `{"/": "<cid>"}` is a link. Fails with
/// kInvalidDocument.
Result<std::vector<NewDocument>> read_write_request(Value arguments);

}  // namespace fireproof
