#include "base/error.hpp"

#include <set>

#include "support/catch.hpp"

namespace fireproof::test {
namespace {

TEST_CASE("every error code has a name of its own and is found by it") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(ErrorCode::kSuspended); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    const std::string_view name = error_name(code);
    CAPTURE(i, name);
    CHECK(names.insert(name).second);
    CHECK(error_code(name) == code);
  }
}

TEST_CASE("an unknown error name is an error of the server") {
  CHECK(error_code("no-such-code") == ErrorCode::kServer);
  CHECK(error_code("") == ErrorCode::kServer);
}

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::kInvalidArgument, std::to_string(number) + " is odd");
  return number / 2;
}

Result<int> quarter(int number) {
  FIREPROOF_TRY(const int once, half(number));
  FIREPROOF_TRY(const int twice, half(once));
  return twice;
}

Status must_be_even(int number) {
  FIREPROOF_CHECK(half(number).map([](int) {}));
  return {};
}

TEST_CASE("FIREPROOF_TRY hands on the value, or leaves with the error") {
  CHECK(quarter(12) == 3);
  REQUIRE_FALSE(quarter(6));
  CHECK(quarter(6).error().code == ErrorCode::kInvalidArgument);
  CHECK(quarter(6).error().message == "3 is odd");
}

TEST_CASE("FIREPROOF_CHECK goes on after success and leaves with the error") {
  CHECK(must_be_even(2));
  REQUIRE_FALSE(must_be_even(7));
  CHECK(must_be_even(7).error().message == "7 is odd");
}

}  // namespace
}  // namespace fireproof::test
