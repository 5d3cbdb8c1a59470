// Project Wycheproof's vectors for the two algorithms that Fireproof data needs.
#include "crypto/aes_gcm.hpp"
#include "crypto/sha256.hpp"
#include "ipld/value.hpp"
#include "support/catch.hpp"
#include "support/corpora.hpp"
#include "support/files.hpp"
#include "support/hex.hpp"

namespace fireproof::test {
namespace {

std::uint64_t number(const Value& object, std::string_view key) {
  const auto* value = object.find<Integer>(key);
  REQUIRE(value);
  return value->magnitude;
}

const std::string& text(const Value& object, std::string_view key) {
  const auto* value = object.find<std::string>(key);
  REQUIRE(value);
  return *value;
}

Bytes bytes(const Value& object, std::string_view key) { return from_hex(text(object, key)); }

// Calls visit(group, test) for each test of a file.
template <typename Visit>
void for_each_test(const std::string& path, Visit visit) {
  const Value file = read_json(path);
  const auto* groups = file.find<List>("testGroups");
  REQUIRE(groups);
  for (const Value& group : *groups) {
    const auto* tests = group.find<List>("tests");
    REQUIRE(tests);
    for (const Value& test : *tests) visit(group, test);
  }
}

TEST_CASE("Wycheproof AES-GCM", "[corpus]") {
  const auto corpus = find_corpus("wycheproof/testvectors_v1");
  if (!corpus) return;
  CorpusReport report("wycheproof/aes_gcm");
  for_each_test(*corpus + "/aes_gcm_test.json", [&](const Value& group, const Value& test) {
    const std::string id = std::to_string(number(test, "tcId"));
    CAPTURE(id, text(test, "comment"));
    REQUIRE(number(group, "tagSize") == 8 * AesGcm::kTagSize);
    if (number(group, "keySize") == 192) return report.outside("keys of 192 bits", id);

    const Bytes iv = bytes(test, "iv");
    const Bytes aad = bytes(test, "aad");
    const Bytes plaintext = bytes(test, "msg");
    Bytes sealed = bytes(test, "ct");
    append(sealed, bytes(test, "tag"));
    const AesGcm cipher{SecretKey(bytes(test, "key"))};
    report.ran();
    if (iv.size() != AesGcm::kIvSize) report.note("IVs of other sizes than 12 bytes", id);

    if (text(test, "result") == "invalid") {
      CHECK_FALSE(cipher.open(iv, sealed, aad));
      return;
    }
    REQUIRE(text(test, "result") == "valid");
    Bytes ours;
    cipher.seal(iv, plaintext, ours, aad);
    CHECK(to_hex(ours) == to_hex(sealed));
    REQUIRE(cipher.open(iv, sealed, aad));
    CHECK(to_hex(ByteView(sealed).first(plaintext.size())) == to_hex(plaintext));
    if (iv.size() == AesGcm::kIvSize) {
      ours.resize(plaintext.size());
      cipher.decrypt_part(iv, 0, ours);
      CHECK(to_hex(ours) == to_hex(plaintext));
    }
  });
  report.print();
}

TEST_CASE("Wycheproof HMAC-SHA-256", "[corpus]") {
  const auto corpus = find_corpus("wycheproof/testvectors_v1");
  if (!corpus) return;
  CorpusReport report("wycheproof/hmac_sha256");
  for_each_test(*corpus + "/hmac_sha256_test.json", [&](const Value& group, const Value& test) {
    const std::string id = std::to_string(number(test, "tcId"));
    CAPTURE(id, text(test, "comment"));
    if (number(group, "tagSize") != 256) {
      return report.outside("tags cut to " + std::to_string(number(group, "tagSize")) + " bits",
                            id);
    }
    const Digest tag = hmac_sha256(bytes(test, "key"), bytes(test, "msg"));
    report.ran();
    CHECK(equal(tag, bytes(test, "tag")) == (text(test, "result") == "valid"));
  });
  report.print();
}

}  // namespace
}  // namespace fireproof::test
