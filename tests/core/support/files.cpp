#include "support/files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "ipld/json.hpp"

namespace fireproof::test {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot open " + path);
  std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) throw std::runtime_error("cannot read " + path);
  return content;
}

Bytes read_file(const std::string& path) { return copy_of(as_bytes(read_text(path))); }

Value read_json(const std::string& path) {
  auto value = json::parse(read_text(path));
  if (!value) throw std::runtime_error(path + ": " + value.error().message);
  return *std::move(value);
}

bool is_folder(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

bool is_file(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

std::vector<std::string> list_files(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) paths.push_back(entry.path().string().substr(folder.size() + 1));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string extension(std::string_view path) {
  const std::string text = std::filesystem::path(path).extension().string();
  return text.empty() ? text : text.substr(1);
}

std::string stem(std::string_view path) { return std::filesystem::path(path).stem().string(); }

}  // namespace fireproof::test
