// The encrypted blocks and CARs of 0.14 (format page 4.4).
#include "formats/sealed_block_14.hpp"

#include <algorithm>
#include <iostream>

#include "car/car.hpp"
#include "crypto/sha256.hpp"
#include "formats/member_tree_14.hpp"
#include "ipld/dag_cbor.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/hex.hpp"
#include "support/opened_fixture.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

AesGcm cipher_of(std::string_view hex) { return AesGcm(*SecretKey::parse(hex, 32)); }

const std::string kKey = "5e66f74d42b07f168995736f8dd020c52f01f9743deebe58a5bca85197f3e803";

// IV, then ciphertext and tag of `plain`.
Bytes sealed_of(ByteView plain) {
  Bytes sealed(AesGcm::kIvSize, 9);
  cipher_of(kKey).seal(Bytes(sealed), plain, sealed);
  return sealed;
}

Bytes with_length(std::uint32_t length, ByteView rest) {
  Bytes plain(4 + rest.size());
  for (std::size_t i = 0; i < 4; ++i) plain[i] = static_cast<std::uint8_t>(length >> 8 * i);
  std::copy(rest.begin(), rest.end(), plain.begin() + 4);
  return plain;
}

}  // namespace

TEST_CASE("the test vector of the 0.14 format page opens and seals", "[formats]") {
  const Bytes stored = from_hex(
      "6cc78fe2fae416d72b1c269b "
      "10edc251998e4cfd564b2803f88cb9bde210a6e697734a3ae34357e60e3b67f7b1c4e9abb2875badac"
      "90e03b14fc9df7aa859ddc1b70afe986");
  CHECK(cid_of(codec::kSealed14, stored).text() ==
        "bag4yvqabciqkwraioo4jl5jm6tfeyl2i66xqvs23y4o5bcwk4g333imygshm7za");
  Bytes sealed = stored;
  const auto opened = sealed_block_14::open(sealed, cipher_of(kKey));
  REQUIRE(opened);
  CHECK(to_hex(opened->data) == "80");
  CHECK(opened->cid == cid_of(codec::kDagCbor, from_hex("80")));
  CHECK(sealed_block_14::seal(opened->cid, opened->data, ByteView(stored).first(12),
                              cipher_of(kKey)) == stored);
}

TEST_CASE("every encrypted CAR of the 0.14 package can be made again from its blocks and their IVs",
          "[formats][fixtures]") {
  int cars = 0;
  int blocks = 0;
  std::size_t nodes = 0;
  for (const Fixture& fixture : fixtures()) {
    if (fixture.format != "0.14" || fixture.is_public()) continue;
    INFO(fixture.name);
    const KeyRing keys = keys_of(fixture);
    const AesGcm& cipher = keys.default_key()->cipher;
    for (const FixtureCar& name : cars_of(fixture)) {
      INFO(name.name.text());
      const Bytes stored = read_file(name.path);
      const auto car = car::parse(stored);
      REQUIRE(car);
      if (car->blocks.front().cid.codec() != codec::kSealed14) continue;  // public files
      // Sealed blocks, then the nodes of the member tree, then the top block.
      Bytes written = car::write_header(car->roots);
      std::vector<Cid> members;
      Cid root_member;
      for (const CarBlock& block : car->blocks) {
        if (block.cid.codec() != codec::kSealed14) break;
        Bytes sealed = copy_of(block.data);
        const auto inner = sealed_block_14::open(sealed, cipher);
        REQUIRE(inner);
        const Bytes again =
            sealed_block_14::seal(inner->cid, inner->data, block.data.first(12), cipher);
        members.push_back(cid_of(codec::kSealed14, again));
        car::append_block(written, members.back(), again);
        ++blocks;
      }
      const auto tree = member_tree_14::build(members);
      for (const member_tree_14::Node& node : tree) car::append_block(written, node.cid, node.data);
      nodes += tree.size();
      const auto top = dag_cbor::decode(car->blocks.back().data);
      REQUIRE(top);
      const Value ours(List{top->get<List>()->front(), Value(tree.back().cid)});
      const Bytes top_block = dag_cbor::encode(ours);
      car::append_block(written, cid_of(codec::kDagCbor, top_block), top_block);
      CHECK((written == stored));
      // And read back: all members, in the order of their bytes.
      const auto read =
          member_tree_14::read(tree.back().cid, [&](const Cid& cid) -> std::optional<ByteView> {
            for (const CarBlock& block : car->blocks) {
              if (block.cid == cid) return block.data;
            }
            return std::nullopt;
          });
      REQUIRE(read);
      std::sort(members.begin(), members.end(), CidByteOrder());
      CHECK((*read == members));
      ++cars;
    }
  }
  CHECK(cars > 0);
  std::cout << "formats, 0.14 CARs sealed again: " << cars << " CARs, " << blocks << " blocks, "
            << nodes << " nodes of member trees\n";
}

TEST_CASE("a sealed block with a changed bit, or another key, does not open", "[formats]") {
  const Bytes data = from_hex("80");
  const Bytes stored =
      sealed_block_14::seal(cid_of(codec::kDagCbor, data), data, Bytes(12, 9), cipher_of(kKey));
  for (std::size_t bit = 0; bit < stored.size() * 8; ++bit) {
    Bytes changed = stored;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1U << bit % 8);
    if (sealed_block_14::open(changed, cipher_of(kKey))) FAIL("bit " << bit);
  }
  Bytes same = stored;
  CHECK_FALSE(sealed_block_14::open(same, AesGcm(SecretKey(Bytes(32, 1)))));
  CHECK(sealed_block_14::open(same, cipher_of(kKey)));
}

TEST_CASE("a sealed block cut anywhere does not open", "[formats]") {
  const Bytes data = from_hex("80");
  const Bytes stored =
      sealed_block_14::seal(cid_of(codec::kDagCbor, data), data, Bytes(12, 9), cipher_of(kKey));
  for (std::size_t size = 0; size < stored.size(); ++size) {
    Bytes cut = copy_of(ByteView(stored).first(size));
    if (sealed_block_14::open(cut, cipher_of(kKey))) FAIL("size " << size);
  }
}

TEST_CASE("well sealed nonsense does not open: lengths that lie, no CID, a CID of something else",
          "[formats]") {
  const Bytes data = from_hex("80");
  const Cid cid = cid_of(codec::kDagCbor, data);
  Bytes named = copy_of(cid.bytes());
  append(named, data);
  Bytes other = copy_of(cid.bytes());
  append(other, from_hex("81"));
  const std::vector<std::pair<std::string, Bytes>> cases{
      {"length too small", with_length(35, named)},
      {"length too large", with_length(37, named)},
      {"length beyond the end", with_length(38, named)},
      {"largest length", with_length(0xFFFFFFFF, named)},
      {"no CID", with_length(0, named)},
      {"only a length", Bytes(4, 0)},
      {"not even a length", Bytes(3, 0)},
      {"nothing", Bytes()},
      {"another block", with_length(36, other)}};
  for (const auto& [what, plain] : cases) {
    INFO(what);
    Bytes sealed = sealed_of(plain);
    CHECK_FALSE(sealed_block_14::open(sealed, cipher_of(kKey)));
  }
  Bytes sound = sealed_of(with_length(36, named));
  CHECK(sealed_block_14::open(sound, cipher_of(kKey)));
}

}  // namespace fireproof::test
