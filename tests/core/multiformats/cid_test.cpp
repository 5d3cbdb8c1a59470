#include "multiformats/cid.hpp"

#include "crypto/sha256.hpp"
#include "multiformats/multibase.hpp"
#include "support/catch.hpp"
#include "support/hex.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

// The empty shard, one byte 0x80, which every 0.14 database contains.
constexpr const char* kEmptyShard =
    "76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71";

TEST_CASE("CIDs of each use start as the format pages say") {
  const auto [codec, prefix, text] = GENERATE(table<std::uint64_t, const char*, const char*>({
      {codec::kDagCbor, "01711220", "bafyrei"},
      {codec::kRaw, "01551220", "bafkrei"},
      {codec::kSealed14, "01b98ac0011220", "bag4yvqabciq"},
      {codec::kDagPb, "01701220", "bafybei"},
      {codec::kCar24, "01181220", "baembei"},
  }));
  CAPTURE(text);
  const Cid cid = Cid::sha256(codec, from_hex(kEmptyShard));
  CHECK(to_hex(cid.bytes()) == std::string(prefix) + kEmptyShard);
  CHECK(cid.text().starts_with(text));
  CHECK(cid.codec() == codec);
  CHECK(cid.hash_function() == hash::kSha256);
  CHECK(to_hex(cid.digest()) == kEmptyShard);
  CHECK(Cid::from_bytes(cid.bytes()) == cid);
  CHECK(Cid::parse(cid.text()) == cid);
}

TEST_CASE("version 0 is the bare multihash, in base58btc without prefix") {
  const std::string text = "QmNX6Tffavsya4xgBi2VJQnSuqy9GsxongxZZ9uZBqp16d";
  const auto cid = Cid::parse(text);
  REQUIRE(cid);
  CHECK(cid->bytes().size() == 34);
  CHECK(cid->codec() == codec::kDagPb);
  CHECK(cid->hash_function() == hash::kSha256);
  CHECK(cid->digest().size() == 32);
  CHECK(cid->text() == text);
  CHECK_FALSE(Cid::parse("z" + text));
  CHECK_FALSE(Cid::parse(multibase::encode(Base::kBase32, cid->bytes())));
}

TEST_CASE("version 1 is read in every base and written in base32") {
  const Cid cid = Cid::sha256(codec::kDagCbor, from_hex(kEmptyShard));
  for (const Base base : {Base::kBase16, Base::kBase32, Base::kBase58Btc, Base::kBase64}) {
    const std::string text = multibase::encode(base, cid.bytes());
    CAPTURE(text);
    const auto parsed = Cid::parse(text);
    REQUIRE(parsed);
    CHECK(*parsed == cid);
    CHECK(parsed->text() == "bafyreidwx2fvfdiaox32v2mnn6sxu3j4qoxeqcuenhtgrv5qv6litfnmoe");
  }
}

TEST_CASE("bytes that are no CID are refused") {
  const std::string digest = kEmptyShard;
  const auto [hex, why] = GENERATE_COPY(table<std::string, const char*>({
      {"", "nothing there"},
      {"01", "truncated"},
      {"0171", "truncated"},
      {"017112", "truncated"},
      {"01711220", "no digest"},
      {"01711220" + digest.substr(2), "digest one byte short"},
      {"01711220" + digest + "00", "digest one byte too long"},
      {"0171121f" + digest.substr(2), "SHA-256 of 31 bytes"},
      {"01711221" + digest + "00", "SHA-256 of 33 bytes"},
      {"00711220" + digest, "version 0 with a codec"},
      {"02711220" + digest, "version 2"},
      {"8100711220" + digest, "version not in shortest form"},
      {"01f1001220" + digest, "codec not in shortest form"},
      {"015500ffffffffffffffff7f", "digest of 2^63-1 bytes announced"},
      {"1220" + digest.substr(2), "version 0 one byte short"},
      {"1220" + digest + "00", "version 0 one byte too long"},
      {"1120" + digest, "version 0 with another hash function"},
  }));
  CAPTURE(hex, why);
  CHECK_FALSE(Cid::from_bytes(from_hex(hex)));
}

TEST_CASE("texts that are no CID are refused") {
  const std::string good = "bafyreidwx2fvfdiaox32v2mnn6sxu3j4qoxeqcuenhtgrv5qv6litfnmoe";
  REQUIRE(Cid::parse(good));
  for (const std::string& text :
       {std::string(), std::string("b"), good.substr(1), good.substr(0, good.size() - 1),
        good + "a", "B" + good.substr(1), good + "=", " " + good, std::string("Qm"),
        std::string("QmNX6Tffavsya4xgBi2VJQnSuqy9GsxongxZZ9uZBqp16"),
        std::string("QmNX6Tffavsya4xgBi2VJQnSuqy9GsxongxZZ9uZBqp10d")}) {
    CAPTURE(text);
    CHECK_FALSE(Cid::parse(text));
  }
}

TEST_CASE("the CID at the start of bytes is read and measured") {
  Bytes bytes = copy_of(Cid::sha256(codec::kSealed14, from_hex(kEmptyShard)).bytes());
  const std::size_t size = bytes.size();
  append(bytes, as_bytes("what follows"));
  const auto prefix = Cid::read(bytes);
  REQUIRE(prefix);
  CHECK(prefix->size == size);
  CHECK(prefix->cid.codec() == codec::kSealed14);
}

TEST_CASE("identity CIDs carry their content, up to 4096 bytes") {
  for (const std::size_t size : {0U, 1U, 43U, 44U, 127U, 128U, 4096U, 4097U}) {
    CAPTURE(size);
    Bytes bytes = from_hex("015500");
    for (std::size_t rest = size;; rest >>= 7) {
      bytes.push_back(static_cast<std::uint8_t>((rest & 0x7F) | (rest >= 0x80 ? 0x80 : 0)));
      if (rest < 0x80) break;
    }
    const Bytes content(size, 0xAB);
    append(bytes, content);
    const auto cid = Cid::from_bytes(bytes);
    REQUIRE(cid.has_value() == (size <= 4096));
    if (!cid) continue;
    const Cid copy = *cid;  // short ones are copied, long ones shared
    CHECK(equal(copy.bytes(), bytes));
    CHECK(equal(copy.digest(), content));
    CHECK(matches(copy, content));
    CHECK(Cid::parse(copy.text()) == copy);
  }
}

TEST_CASE("no CID at all is empty and names nothing") {
  const Cid none;
  CHECK(none.empty());
  CHECK(none.bytes().empty());
  CHECK(none.digest().empty());
  CHECK_FALSE(matches(none, {}));
  CHECK(none == Cid());
  CHECK_FALSE(none == Cid::sha256(codec::kRaw, from_hex(kEmptyShard)));
}

TEST_CASE("equal CIDs have equal hashes, however short") {
  const Cid cid = Cid::sha256(codec::kRaw, from_hex(kEmptyShard));
  CHECK(CidHash{}(cid) == CidHash{}(*Cid::from_bytes(cid.bytes())));
  CHECK(CidHash{}(cid) != CidHash{}(Cid::sha256(codec::kRaw, Bytes(32, 1))));
  CHECK(CidHash{}(*Cid::from_bytes(from_hex("01550000"))) ==
        CidHash{}(*Cid::from_bytes(from_hex("01550000"))));
  CHECK(CidHash{}(Cid()) == CidHash{}(Cid()));
}

TEST_CASE("20,000 damaged CIDs are refused or come back as they are") {
  Random random;
  INFO(random.repeat());
  const std::vector<Bytes> valid{
      copy_of(Cid::sha256(codec::kDagCbor, random.bytes(32)).bytes()),
      copy_of(Cid::sha256(codec::kSealed14, random.bytes(32)).bytes()),
      copy_of(Cid::parse("QmNX6Tffavsya4xgBi2VJQnSuqy9GsxongxZZ9uZBqp16d")->bytes()),
      from_hex("01 55 00 05 68656c6c6f"),
      from_hex("01 71 b240 02 abcd"),
  };
  for (int i = 0; i < 20'000; ++i) {
    const Bytes bytes = mutated(valid[random.below(valid.size())], random);
    const auto cid = Cid::from_bytes(bytes);
    if (cid && (!equal(cid->bytes(), bytes) || Cid::parse(cid->text()) != cid)) {
      FAIL("case " << i << ": " << to_hex(bytes));
    }
    const Bytes text = mutated(copy_of(as_bytes(Cid::from_bytes(valid[0])->text())), random);
    const auto parsed = Cid::parse(as_text(text));
    if (parsed && Cid::parse(parsed->text()) != parsed) FAIL("case " << i << ": " << as_text(text));
  }
}

}  // namespace
}  // namespace fireproof::test
