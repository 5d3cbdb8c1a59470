// Reading files. Works in Node as well, whose file system the WebAssembly build of the tests sees.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "ipld/value.hpp"

namespace fireproof::test {

// The content of a file. Throws, and so fails the test, when it cannot be read.
Bytes read_file(const std::string& path);
std::string read_text(const std::string& path);
// Its content as JSON.
Value read_json(const std::string& path);

bool is_folder(const std::string& path);
bool is_file(const std::string& path);

// Paths of all files below a folder, relative to it, in byte order. Throws when there is no such folder.
std::vector<std::string> list_files(const std::string& folder);

// "c" of "a/b.c", and "b" of it.
std::string extension(std::string_view path);
std::string stem(std::string_view path);

}  // namespace fireproof::test
