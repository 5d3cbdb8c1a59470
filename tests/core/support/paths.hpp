// Where the tests find their data files.
#pragma once

#include <string>
#include <string_view>

namespace fireproof::test {

// The absolute path of a file of the checkout: source_path("tests/fixtures/0.24/keys.json").
std::string source_path(std::string_view relative);

}  // namespace fireproof::test
