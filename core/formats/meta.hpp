#pragma once

#include "formats/format.hpp"

namespace fireproof {

constexpr std::size_t kKeySize14 = 32;
constexpr std::size_t kKeySize24 = 16;

/// Decodes 0.14's meta header (format page 3): `{"car": link, "key": hex or null}`; unknown members are ignored.
Result<Meta> read_meta_14(ByteView bytes);

/// Encodes 0.14's meta header: the newest CAR and the key in clear, which the format demands; null for a public database.
Bytes write_meta_14(const Cid& car, const SecretKey* key);

/// Encodes a meta list of 0.24: an entry that names `group` on top of those it replaces, then those that stay (format page
/// 2.1). An object with keys (2.3) keeps its shape and its keys.
Bytes write_meta_24(const CarGroup& group, const MetaBase& base);

/// Decodes 0.24's meta list (format page 2.1), also in the two variants that carry keys (2.3). An entry that cannot
/// be read goes to `Meta::damaged` and does not stop the others.
Result<Meta> read_meta_24(ByteView bytes);

}  // namespace fireproof
