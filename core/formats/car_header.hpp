#pragma once

#include "base/error.hpp"
#include "formats/opened_car.hpp"

namespace fireproof {

/// Writes a header block of 0.14 (format page 4.3) or 0.24 (3.2). Groups of 0.14 are written by their first CAR.
Bytes write_header_14(const CarHeader& header);
Bytes write_header_24(const CarHeader& header);

/// Reads a header block of 0.14: `{fp: {cars, compact, head}}`, groups of one CAR each.
/// Nothing if the block has no member `fp`; kCorruptCar if what is below it is not as the format page says.
Result<std::optional<CarHeader>> read_header_14(ByteView block);

/// The same for 0.24: `{fp: {cars, compact, meta: {head}}}`, groups as lists. Headers of index stores, which have no
/// head, count as none.
Result<std::optional<CarHeader>> read_header_24(ByteView block);

}  // namespace fireproof
