// Two orders of CIDs decide what is written and which document wins. These tests fail if one takes the place of the
// other.
#include <algorithm>

#include "multiformats/cid.hpp"
#include "support/catch.hpp"
#include "support/hex.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

Cid cid_with(std::uint64_t codec, std::string_view first_digest_bytes) {
  Bytes digest = from_hex(first_digest_bytes);
  digest.resize(32);
  return Cid::sha256(codec, digest);
}

TEST_CASE("digits come before letters in text order and after them in byte order") {
  const Cid letter = cid_with(codec::kDagCbor, "00");
  const Cid digit = cid_with(codec::kDagCbor, "1f");
  REQUIRE(letter.text().starts_with("bafyreiaa"));
  REQUIRE(digit.text().starts_with("bafyreia7"));

  CHECK(CidTextOrder{}(digit, letter));
  CHECK_FALSE(CidTextOrder{}(letter, digit));
  CHECK(CidByteOrder{}(letter, digit));
  CHECK_FALSE(CidByteOrder{}(digit, letter));
}

TEST_CASE("letters among themselves, and digits, have the same order both ways") {
  for (const auto& [low, high] : {std::pair{"00", "19"}, std::pair{"1a", "1f"}}) {
    const Cid a = cid_with(codec::kDagCbor, low);
    const Cid b = cid_with(codec::kDagCbor, high);
    CHECK(CidTextOrder{}(a, b));
    CHECK_FALSE(CidTextOrder{}(b, a));
    CHECK(CidByteOrder{}(a, b));
    CHECK_FALSE(CidByteOrder{}(b, a));
  }
}

TEST_CASE("no CID comes before itself") {
  const Cid cid = cid_with(codec::kRaw, "0123456789");
  CHECK_FALSE(CidTextOrder{}(cid, cid));
  CHECK_FALSE(CidByteOrder{}(cid, cid));
  CHECK_FALSE(CidTextOrder{}(Cid(), Cid()));
  CHECK(CidTextOrder{}(Cid(), cid));
  CHECK(CidByteOrder{}(Cid(), cid));
}

TEST_CASE("version 0 sorts by its own text, upper case first") {
  const Cid version0 = *Cid::parse("QmNX6Tffavsya4xgBi2VJQnSuqy9GsxongxZZ9uZBqp16d");
  const Cid version1 = cid_with(codec::kDagCbor, "ff");
  CHECK(CidTextOrder{}(version0, version1));
  CHECK(CidByteOrder{}(version1, version0));
}

// Half of them DAG-CBOR; their digests agree in some, or all, of their first bytes and differ then in one bit.
Cid random_cid(Random& random, const Bytes& common) {
  constexpr std::array kCodecs{codec::kDagCbor, codec::kRaw, codec::kDagPb, codec::kSealed14,
                               codec::kCar24};
  Bytes digest = random.bytes(32);
  const std::size_t shared = random.below(33);
  std::copy_n(common.begin(), shared, digest.begin());
  if (shared < 32) {
    digest[shared] = static_cast<std::uint8_t>(common[shared] ^ 1U << random.below(8));
  }
  return Cid::sha256(kCodecs[random.below(random.one_in(2) ? 1 : kCodecs.size())], digest);
}

TEST_CASE("text order equals the comparison of the texts for 10,000 random CIDs") {
  Random random;
  INFO(random.repeat());
  const Bytes common = random.bytes(32);
  int orders_differ = 0;
  Cid before = random_cid(random, common);
  for (int i = 0; i < 10'000; ++i) {
    const Cid cid = random_cid(random, common);
    const bool expected = cid.text() < before.text();
    const bool reverse = before.text() < cid.text();
    if (CidTextOrder{}(cid, before) != expected || CidTextOrder{}(before, cid) != reverse) {
      FAIL("wrong order of " << cid.text() << " and " << before.text());
    }
    if (CidByteOrder{}(cid, before) != expected) ++orders_differ;
    before = cid;
  }
  CHECK(orders_differ > 100);  // the random CIDs tell the two orders apart
}

TEST_CASE("text order of CIDs of different lengths equals the comparison of the texts") {
  Random random;
  INFO(random.repeat());
  for (int i = 0; i < 10'000; ++i) {
    const auto identity = [&](std::size_t size) {
      Bytes bytes = from_hex("015500");
      bytes.push_back(static_cast<std::uint8_t>(size));
      for (; size > 0; --size) bytes.push_back(random.one_in(2) ? 0 : random.byte());
      return *Cid::from_bytes(bytes);
    };
    const Cid a = identity(random.below(8));
    const Cid b = identity(random.below(8));
    if (CidTextOrder{}(a, b) != (a.text() < b.text())) {
      FAIL("wrong order of " << a.text() << " and " << b.text());
    }
  }
}

TEST_CASE("sorting by text gives the order of the sorted texts") {
  Random random;
  INFO(random.repeat());
  std::vector<Cid> cids;
  for (int i = 0; i < 1'000; ++i) cids.push_back(Cid::sha256(codec::kDagCbor, random.bytes(32)));
  std::vector<std::string> texts;
  for (const Cid& cid : cids) texts.push_back(cid.text());
  std::sort(cids.begin(), cids.end(), CidTextOrder{});
  std::sort(texts.begin(), texts.end());
  std::vector<std::string> sorted;
  for (const Cid& cid : cids) sorted.push_back(cid.text());
  CHECK(sorted == texts);
}

}  // namespace
}  // namespace fireproof::test
