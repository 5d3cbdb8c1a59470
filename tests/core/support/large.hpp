// Large databases, put into storage as a device would have them after pulling: quickly, and without a remote.
#pragma once

#include "support/writing.hpp"

namespace fireproof::test {

// Stores a database with documents 0 to `count` - 1, named by `document_id`, at most 10,000 of them in each CAR. Shards of
// 0.14 are nearly as large as that format lets them grow; its events name one document of each CAR only, since nothing
// reads the others.
void store_large(Storage& storage, const Kind& kind, int count);

}  // namespace fireproof::test
