#include "base/text.hpp"

#include "support/catch.hpp"
#include "support/hex.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

bool is_utf8_hex(std::string_view hex) { return is_utf8(from_hex(hex)); }

TEST_CASE("UTF-8 is well formed up to the borders of each length") {
  for (const char* hex : {"", "00", "7f", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbf",
                          "f0908080", "f48fbfbf", "61 c3a9 e282ac f09f9880 61"}) {
    CAPTURE(hex);
    CHECK(is_utf8_hex(hex));
  }
}

TEST_CASE("UTF-8 beyond the borders is refused") {
  const auto [hex, why] = GENERATE(table<const char*, const char*>({
      {"80", "a continuation byte alone"},
      {"bf", "a continuation byte alone"},
      {"c080", "overlong U+0000"},
      {"c1bf", "overlong U+007F"},
      {"c27f", "second byte too small"},
      {"c2c0", "second byte too large"},
      {"c2", "truncated"},
      {"e09fbf", "overlong U+07FF"},
      {"e0a0", "truncated"},
      {"e0a07f", "third byte too small"},
      {"eda080", "surrogate U+D800"},
      {"edbfbf", "surrogate U+DFFF"},
      {"f08fbfbf", "overlong U+FFFF"},
      {"f09080", "truncated"},
      {"f09080c0", "fourth byte too large"},
      {"f4908080", "U+110000"},
      {"f5808080", "lead byte that never occurs"},
      {"fe", "lead byte that never occurs"},
      {"ff", "lead byte that never occurs"},
      {"61 62 63 ff", "an error at the end"},
  }));
  CAPTURE(hex, why);
  CHECK_FALSE(is_utf8_hex(hex));
}

TEST_CASE("UTF-8 becomes the UTF-16 of JavaScript and comes back") {
  const std::string utf8 = "a\u00e9\u20ac\ue000\uffff\U00010000\U0001F600\U0010FFFF";
  const std::u16string utf16 = u"a\u00e9\u20ac\ue000\uffff\U00010000\U0001F600\U0010FFFF";
  CHECK(to_utf16(utf8) == utf16);
  CHECK(to_utf8(utf16) == utf8);
}

TEST_CASE("a surrogate without its partner becomes U+FFFD") {
  const auto utf8 = [](std::initializer_list<char16_t> units) {
    return to_utf8(std::u16string(units));
  };
  CHECK(utf8({0xD800}) == "\ufffd");
  CHECK(utf8({0xDBFF}) == "\ufffd");
  CHECK(utf8({0xDC00}) == "\ufffd");
  CHECK(utf8({0xDFFF}) == "\ufffd");
  CHECK(utf8({0xD83D, 'a'}) == "\ufffda");
  CHECK(utf8({0xDE00, 0xD83D}) == "\ufffd\ufffd");  // the wrong way round
  CHECK(utf8({0xD83D, 0xD83D, 0xDE00}) == "\ufffd\U0001F600");
  CHECK(utf8({0xD83D, 0xDE00, 0xDE00}) == "\U0001F600\ufffd");
}

TEST_CASE("UTF-16 order puts characters above U+FFFF before U+E000, byte order after") {
  const Utf16Order in_utf16_order;
  const std::string emoji = "\U0001F600";
  const std::string private_use = "\ue000";
  CHECK(in_utf16_order(emoji, private_use));
  CHECK_FALSE(in_utf16_order(private_use, emoji));
  CHECK(std::less<std::string>()(private_use, emoji));
}

TEST_CASE("UTF-16 order at the borders of its blocks") {
  const Utf16Order in_utf16_order;
  const std::vector<std::string> ascending{"",           "a",      "aa",     "b",      "\u007f",
                                           "\u0080",     "\u07ff", "\u0800", "\ud7ff", "\U00010000",
                                           "\U0010FFFF", "\ue000", "\uefff", "\uf000", "\uffff"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      CAPTURE(i, j);
      CHECK(in_utf16_order(ascending[i], ascending[j]) == (i < j));
    }
  }
}

char32_t random_point(Random& random) {
  switch (random.below(4)) {
    case 0:
      return static_cast<char32_t>('a' + random.below(3));
    case 1:
      return static_cast<char32_t>(0x80 + random.below(0xD800 - 0x80));
    case 2:
      return static_cast<char32_t>(0xE000 + random.below(0x2000));
    default:
      return static_cast<char32_t>(0x10000 + random.below(0x100000));
  }
}

std::u16string random_text(Random& random) {
  std::u16string text;
  for (std::size_t count = random.below(5); count > 0; --count) {
    const char32_t point = random_point(random);
    if (point >= 0x10000) {
      text.push_back(static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10)));
      text.push_back(static_cast<char16_t>(0xDC00 + (point & 0x3FF)));
    } else {
      text.push_back(static_cast<char16_t>(point));
    }
  }
  return text;
}

TEST_CASE("UTF-16 order equals the comparison of the code units for 20,000 random pairs") {
  Random random;
  INFO(random.repeat());
  const Utf16Order in_utf16_order;
  for (int i = 0; i < 20'000; ++i) {
    const std::u16string prefix = random_text(random);
    const std::u16string a = prefix + random_text(random);
    const std::u16string b = prefix + random_text(random);
    const std::string a8 = to_utf8(a);
    const std::string b8 = to_utf8(b);
    if (!is_utf8(as_bytes(a8)) || to_utf16(a8) != a || in_utf16_order(a8, b8) != (a < b)) {
      CAPTURE(i, to_hex(as_bytes(a8)), to_hex(as_bytes(b8)));
      FAIL("wrong order or conversion");
    }
  }
}

}  // namespace
}  // namespace fireproof::test
