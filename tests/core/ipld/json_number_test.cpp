// Numbers are spelled as JavaScript spells them. The expected texts were printed by Node.js.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "ipld/json.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

std::string spelled(double number) {
  std::string text;
  json::append_number(text, number);
  return text;
}

TEST_CASE("numbers are spelled as in JavaScript") {
  const auto [number, text] = GENERATE(table<double, const char*>({
      {0.0, "0"},
      {1.0, "1"},
      {-1.0, "-1"},
      {10.0, "10"},
      {0.1, "0.1"},
      {0.5, "0.5"},
      {-1.5, "-1.5"},
      {0.30000000000000004, "0.30000000000000004"},
      {1.0 / 3, "0.3333333333333333"},
      {2.0 / 3, "0.6666666666666666"},
      {100.25, "100.25"},
      {123456.789, "123456.789"},
      {9007199254740991.0, "9007199254740991"},
      {9007199254740993.0, "9007199254740992"},
      {123456789012345680000.0, "123456789012345680000"},
      {100000000000000000000.0, "100000000000000000000"},
      {999999999999999900000.0, "999999999999999900000"},
      {1e21, "1e+21"},
      {1.5e21, "1.5e+21"},
      {1e-6, "0.000001"},
      {1.25e-6, "0.00000125"},
      {1e-7, "1e-7"},
      {-1.25e-7, "-1.25e-7"},
      {1e23, "1e+23"},
      {4.35, "4.35"},
      {1e100, "1e+100"},
      {5e-324, "5e-324"},
      {1e-323, "1e-323"},
      {2.2250738585072014e-308, "2.2250738585072014e-308"},
      {2.225073858507201e-308, "2.225073858507201e-308"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {-1.7976931348623157e308, "-1.7976931348623157e+308"},
  }));
  CHECK(spelled(number) == text);
}

TEST_CASE("negative zero keeps its sign") { CHECK(spelled(-0.0) == "-0"); }

// The double below a power of two is nearer than the one above it. For these the nearest decimal of 16 digits is
// read back as the one below, but the next decimal of 16 digits is read back rightly.
TEST_CASE("powers of two whose shortest decimal is not the nearest of its length") {
  const auto [exponent, text] = GENERATE(table<int, const char*>({
      {-1017, "7.120236347223045e-307"},
      {-791, "7.678447687145631e-239"},
      {-778, "6.290184345309701e-235"},
      {-44, "5.684341886080802e-14"},
      {-24, "5.960464477539063e-8"},
  }));
  CHECK(spelled(std::ldexp(1.0, exponent)) == text);
}

// The digits of a spelled number, without sign, point, exponent and zeros at both ends.
std::string digits_of(std::string text) {
  text = text.substr(0, text.find('e'));
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits.push_back(c);
  }
  digits.erase(0, digits.find_first_not_of('0'));
  return digits.erase(digits.find_last_not_of('0') + 1);
}

// Whether one of the two decimals of `count` digits around a positive number is read back as it.
bool has_decimal_of(int count, double number) {
  char exact[64];
  std::snprintf(exact, sizeof exact, "%.30e", number);
  const std::string text = exact;
  const int exponent = std::atoi(text.c_str() + text.find('e') + 1);
  const std::string digits =
      text.substr(0, 1) + text.substr(2, static_cast<std::size_t>(count) - 1);
  const std::uint64_t below = std::strtoull(digits.c_str(), nullptr, 10);
  for (const std::uint64_t decimal : {below, below + 1}) {
    const std::string candidate =
        std::to_string(decimal) + "e" + std::to_string(exponent - count + 1);
    if (std::strtod(candidate.c_str(), nullptr) == number) return true;
  }
  return false;
}

void check_shortest(double number) {
  const std::string text = spelled(number);
  const auto count = static_cast<int>(digits_of(text).size());
  if (std::strtod(text.c_str(), nullptr) != number) FAIL(text << " is another number");
  if (count > 1 && has_decimal_of(count - 1, number)) FAIL(text << " is not the shortest");
}

TEST_CASE("every power of two reads back equal and has no shorter decimal") {
  for (int exponent = -1074; exponent < 1024; ++exponent) check_shortest(std::ldexp(1.0, exponent));
}

TEST_CASE("20,000 random doubles read back equal and have no shorter decimal") {
  Random random;
  INFO(random.repeat());
  for (int i = 0; i < 20'000; ++i) {
    auto number = std::fabs(bits_as<double>(random.next()));
    if (random.one_in(2))
      number = static_cast<double>(random.below(100'000)) / 1000;         // as people write
    if (random.one_in(8)) number = bits_as<double>(random.next() >> 12);  // denormal
    if (std::isfinite(number) && number != 0) check_shortest(number);
  }
}

TEST_CASE("integers are spelled in full") {
  const auto spelled_integer = [](Integer integer) {
    std::string text;
    json::append_integer(text, integer);
    return text;
  };
  CHECK(spelled_integer({0, false}) == "0");
  CHECK(spelled_integer({0, true}) == "-1");
  CHECK(spelled_integer({UINT64_MAX, false}) == "18446744073709551615");
  CHECK(spelled_integer({UINT64_MAX - 1, true}) == "-18446744073709551615");
  CHECK(spelled_integer({UINT64_MAX, true}) == "-18446744073709551616");
}

TEST_CASE("an integer is safe up to 2^53-1 on both sides of zero") {
  constexpr std::uint64_t kMaxSafe = 9007199254740991;
  CHECK(json::is_safe_integer({kMaxSafe, false}));
  CHECK_FALSE(json::is_safe_integer({kMaxSafe + 1, false}));
  CHECK(json::is_safe_integer({kMaxSafe - 1, true}));  // -(2^53-1)
  CHECK_FALSE(json::is_safe_integer({kMaxSafe, true}));
  CHECK(json::is_safe_integer({0, true}));
}

}  // namespace
}  // namespace fireproof::test
