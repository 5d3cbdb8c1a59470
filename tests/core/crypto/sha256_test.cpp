#include "crypto/sha256.hpp"

#include <sstream>

#include "support/catch.hpp"
#include "support/corpora.hpp"
#include "support/files.hpp"
#include "support/hex.hpp"

namespace fireproof::test {
namespace {

TEST_CASE("SHA-256 of the examples of FIPS 180-4") {
  CHECK(to_hex(sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(sha256(as_bytes("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(sha256(Bytes(1'000'000, 'a'))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("HMAC-SHA-256 of the first examples of RFC 4231") {
  CHECK(to_hex(hmac_sha256(Bytes(20, 0x0B), as_bytes("Hi There"))) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(to_hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("a block is named by its codec and its hash") {
  const Bytes empty_shard{0x80};
  const Cid cid = cid_of(codec::kDagCbor, empty_shard);
  CHECK(cid.text() == "bafyreidwx2fvfdiaox32v2mnn6sxu3j4qoxeqcuenhtgrv5qv6litfnmoe");
  CHECK(matches(cid, empty_shard));
  CHECK_FALSE(matches(cid, Bytes{0x81}));
  CHECK_FALSE(matches(cid, {}));
}

TEST_CASE("an identity CID matches its content only") {
  const auto cid = Cid::from_bytes(from_hex("01 55 00 02 6869"));
  REQUIRE(cid);
  CHECK(matches(*cid, as_bytes("hi")));
  CHECK_FALSE(matches(*cid, as_bytes("h")));
  CHECK_FALSE(matches(*cid, as_bytes("hi!")));
}

TEST_CASE("nothing matches a CID of an unknown hash function") {
  const auto cid =
      Cid::from_bytes(from_hex("01 55 11 14 aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"));
  REQUIRE(cid);
  CHECK_FALSE(matches(*cid, as_bytes("hello")));  // although this is its SHA-1
}

// The corpus has no identity multihashes.
TEST_CASE("multihash test vectors", "[corpus]") {
  const auto corpus = find_corpus("multihash/tests/values");
  if (!corpus) return;
  CorpusReport report("multihash");
  std::istringstream lines(read_text(*corpus + "/test_cases.csv"));
  std::string line;
  std::getline(lines, line);
  REQUIRE(line == "algorithm,bits,input,multihash");
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string algorithm, bits, input, multihash;
    std::getline(fields, algorithm, ',');
    std::getline(fields, bits, ',');
    std::getline(fields, input, ',');
    std::getline(fields, multihash, ',');
    CAPTURE(line);
    const auto cid = Cid::from_bytes(from_hex("0155" + multihash));
    if (algorithm == "sha2-256" && bits == "256") {
      report.ran();
      REQUIRE(cid);
      CHECK(*cid == cid_of(codec::kRaw, as_bytes(input)));
      CHECK(matches(*cid, as_bytes(input)));
    } else if (algorithm == "sha2-256") {
      CHECK_FALSE(cid);
      report.outside("SHA-256 cut short, refused in a CID", bits + " bits");
    } else {
      REQUIRE(cid);
      CHECK_FALSE(matches(*cid, as_bytes(input)));
      report.outside("other hash function, in a CID that nothing matches", algorithm);
    }
  }
  report.print();
}

}  // namespace
}  // namespace fireproof::test
