// Entry point of the C++ tests; the only file that compiles Catch2 2.13's implementation.
#define CATCH_CONFIG_RUNNER
#include "support/catch.hpp"
#include "support/paths.hpp"

namespace fireproof::test {

std::string source_path(std::string_view relative) {
  return std::string(FIREPROOF_SOURCE_DIR).append("/").append(relative);
}

}  // namespace fireproof::test

int main(int argc, char* argv[]) { return Catch::Session().run(argc, argv); }
