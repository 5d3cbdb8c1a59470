// Writes a 0.24 database of any size, the way the package's bulk() does: for tests that need a large one.
#pragma once

#include <string>
#include <vector>

#include "support/host.hpp"

namespace fireproof::test {

// Puts documents 0 to `count` - 1, named by `document_id`, into a remote: `batch` of them in each CAR.
void write_database_24(Remote& remote, const SecretKey& key, int count, int batch);

std::string document_id(int number);

}  // namespace fireproof::test
