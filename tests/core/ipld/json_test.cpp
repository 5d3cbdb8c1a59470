#include "ipld/json.hpp"

#include "ipld/dag_cbor.hpp"
#include "support/catch.hpp"
#include "support/hex.hpp"

namespace fireproof::test {
namespace {

std::string nested(std::size_t levels, const std::string& innermost) {
  return std::string(levels, '[') + innermost + std::string(levels, ']');
}

std::string quoted(std::string_view text) {
  std::string to;
  json::append_text(to, text);
  return to;
}

TEST_CASE("each kind of JSON value") {
  CHECK(json::parse("null") == Value());
  CHECK(json::parse(" true ") == Value(true));
  CHECK(json::parse("false") == Value(false));
  CHECK(json::parse("\"a\"") == Value(std::string("a")));
  CHECK(json::parse("[]") == Value(List{}));
  CHECK(json::parse("{}") == Value(Map{}));
  CHECK(json::parse(R"({"b":[1,"x"],"a":null})") ==
        Value(Map{{"b", Value(List{Value::integer(1), Value(std::string("x"))})}, {"a", Value()}}));
}

TEST_CASE("whole numbers of 64 bits are integers, all others doubles") {
  CHECK(json::parse("0") == Value::integer(0));
  CHECK(json::parse("-1") == Value(Integer{0, true}));
  CHECK(json::parse("9223372036854775807") == Value::integer(INT64_MAX));
  CHECK(json::parse("9223372036854775808") == Value::integer(std::uint64_t{1} << 63));
  CHECK(json::parse("18446744073709551615") == Value::integer(UINT64_MAX));
  CHECK(json::parse("18446744073709551616") == Value(18446744073709551616.0));
  CHECK(json::parse("-9223372036854775808") == Value(Integer{INT64_MAX, true}));
  CHECK(json::parse("-9223372036854775809") == Value(Integer{std::uint64_t{1} << 63, true}));
  CHECK(json::parse("-18446744073709551615") == Value(Integer{UINT64_MAX - 1, true}));
  CHECK(json::parse("-18446744073709551616") == Value(Integer{UINT64_MAX, true}));
  CHECK(json::parse("-18446744073709551617") == Value(-18446744073709551616.0));
  CHECK(json::parse("-184467440737095516150") == Value(-184467440737095516150.0));
  CHECK(json::parse("1.0") == Value(1.0));
  CHECK(json::parse("1e2") == Value(100.0));
  CHECK(json::parse("-1.5E-1") == Value(-0.15));
  CHECK(json::parse("1e-400") == Value(0.0));
}

TEST_CASE("numbers beyond the largest double are refused") {
  CHECK_FALSE(json::parse("1e400"));
  CHECK_FALSE(json::parse("-1e400"));
  CHECK_FALSE(json::parse(std::string(400, '9')));
}

TEST_CASE("duplicate keys are refused, however they are spelled") {
  CHECK(json::parse(R"({"a":{"a":1},"b":{"a":1}})"));
  for (const char* text : {R"({"a":1,"a":1})", R"({"a":1,"b":2,"\u0061":3})", R"([{"":1,"":2}])"}) {
    CAPTURE(text);
    const auto refused = json::parse(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kInvalidArgument);
    CHECK(refused.error().message.find("duplicate key") != std::string::npos);
  }
}

TEST_CASE("a syntax error is refused with its position") {
  const auto refused = json::parse("[1,2,}");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kInvalidArgument);
  CHECK(refused.error().message == "JSON: syntax error at byte 6");
}

TEST_CASE("1000 levels of JSON are read and 1001 refused") {
  CHECK(json::parse(nested(1000, "")));
  CHECK(json::parse(nested(1000, "1")));
  CHECK_FALSE(json::parse(nested(1001, "")));
  CHECK_FALSE(json::parse(std::string(100'000, '[')));
  std::string objects;
  for (int i = 0; i < 1001; ++i) objects += R"({"a":)";
  CHECK_FALSE(json::parse(objects));
}

TEST_CASE("text is escaped as JavaScript does") {
  CHECK(quoted("") == R"("")");
  CHECK(quoted("a\"b\\c/d") == R"("a\"b\\c/d")");
  CHECK(quoted("\b\f\n\r\t") == R"("\b\f\n\r\t")");
  CHECK(quoted(std::string_view("\0\x01\x1f\x7f", 4)) == "\"\\u0000\\u0001\\u001f\x7f\"");
  CHECK(quoted("\u2028\U0001F600") == "\"\u2028\U0001F600\"");
}

TEST_CASE("every character comes back from its JSON text") {
  for (int c = 0; c < 0x80; ++c) {
    const std::string text(1, static_cast<char>(c));
    CAPTURE(c);
    CHECK(json::parse(quoted(text)) == Value(text));
  }
}

TEST_CASE("lone surrogates and bytes that are not UTF-8 are refused") {
  CHECK(json::parse(R"("\ud83d\ude00")") == Value(std::string("\U0001F600")));
  CHECK_FALSE(json::parse(R"("\ud83d")"));
  CHECK_FALSE(json::parse(R"("\ude00\ud83d")"));
  CHECK_FALSE(json::parse("\"\xff\""));
  CHECK_FALSE(json::parse("\"\xed\xa0\x80\""));
  CHECK_FALSE(json::parse("\"\xc0\x80\""));
}

}  // namespace
}  // namespace fireproof::test
