#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <cmath>
#include <cstdlib>
#include <optional>

#include "base/text.hpp"
#include "ipld/dag_cbor_reader.hpp"
#include "ipld/json.hpp"

namespace fireproof::json {
namespace {

/// The integer that a number's text says, if it is a whole one from -2^64 to 2^64-1 without fraction and exponent.
std::optional<Integer> whole_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (negative && text == "18446744073709551616") return Integer{UINT64_MAX, true};
  std::uint64_t magnitude = 0;
  for (const char character : text) {
    if (character < '0' || character > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(character - '0');
    if (magnitude > (UINT64_MAX - digit) / 10) return std::nullopt;
    magnitude = magnitude * 10 + digit;
  }
  if (!negative || magnitude == 0) return Integer{magnitude, false};
  return Integer{magnitude - 1, true};
}

/// Builds a Value from the parser's events, whose names are the parser's. Returning false stops the parser.
class Builder final : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
 public:
  using Size = rapidjson::SizeType;

  /// Why the parser was stopped.
  [[nodiscard]] const std::string& error() const { return error_; }
  Value take() { return std::move(root_); }

  // NOLINTBEGIN(readability-identifier-naming)
  bool Null() { return add(Value()); }
  bool Bool(bool value) { return add(Value(value)); }
  bool RawNumber(const char* text, Size size, bool /*copy*/) {
    if (const auto integer = whole_number({text, size})) return add(Value(*integer));
    const double number = std::strtod(std::string(text, size).c_str(), nullptr);
    return std::isfinite(number) ? add(Value(number)) : refuse("number out of range");
  }
  bool String(const char* text, Size size, bool /*copy*/) {
    return is_text(text, size) && add(Value(std::string(text, size)));
  }
  bool StartObject() { return open(Value(Map())); }
  bool Key(const char* text, Size size, bool /*copy*/) {
    if (!is_text(text, size)) return false;
    open_.back().key.assign(text, size);
    return true;
  }
  bool EndObject(Size /*count*/) { return are_unique(*open_.back().value.get<Map>()) && close(); }
  bool StartArray() { return open(Value(List())); }
  bool EndArray(Size /*count*/) { return close(); }
  // NOLINTEND(readability-identifier-naming)

 private:
  struct Open {
    Value value;
    std::string key;
  };

  bool refuse(std::string reason) {
    error_ = std::move(reason);
    return false;
  }

  /// The parser lets single low surrogates through, and does not look at what is not escaped.
  bool is_text(const char* text, Size size) {
    return is_utf8(as_bytes({text, size})) || refuse("text that is not UTF-8");
  }

  bool are_unique(const Map& map) {
    UniqueKeys keys;
    for (const auto& [key, value] : map) {
      if (!keys.insert(key)) return refuse("duplicate key \"" + key + "\"");
    }
    return true;
  }

  bool open(Value value) {
    if (open_.size() == static_cast<std::size_t>(kMaxDepth)) return refuse("nested too deeply");
    open_.push_back({std::move(value), {}});
    return true;
  }

  bool close() {
    Value value = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(value));
  }

  bool add(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (List* list = open_.back().value.get<List>()) {
      list->push_back(std::move(value));
    } else {
      open_.back().value.get<Map>()->emplace_back(std::move(open_.back().key), std::move(value));
    }
    return true;
  }

  Value root_;
  std::vector<Open> open_;
  std::string error_;
};

}  // namespace

Result<Value> parse(std::string_view text) {
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  // The parser takes a NUL byte for the end of the text; JSON has none.
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument,
                "JSON: syntax error at byte " + std::to_string(nul + 1));
  }
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  Builder builder;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (result) return builder.take();
  if (!builder.error().empty())
    return fail(ErrorCode::kInvalidArgument, "JSON: " + builder.error());
  return fail(ErrorCode::kInvalidArgument,
              "JSON: syntax error at byte " + std::to_string(result.Offset() + 1));
}

}  // namespace fireproof::json
