#pragma once

#include <span>

#include "documents/write_request.hpp"
#include "formats/format.hpp"

namespace fireproof {

/// Seals the new files of a document into attachment CARs and puts an entry for each into the document (format pages 0.14
/// section 8, 0.24 section 6.7): one CAR for the new files of a field. 0.24 files whose content would decode as DAG-CBOR
/// get a CAR of their own, because the JavaScript package cannot read any file of a CAR that has one.
///
/// `key` null: a public database. 0.14 seals no `_publicFiles`. Fails with kInvalidDocument for a file that is too large.
Result<std::vector<SealedCar>> store_files(const Format& format, NewDocument& document,
                                           std::span<const Bytes> contents, const KeyRing::Key* key,
                                           Entropy& entropy);

}  // namespace fireproof
