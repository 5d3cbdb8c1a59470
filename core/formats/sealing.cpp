#include "formats/sealing.hpp"

#include <array>
#include <unordered_map>

#include "crypto/sha256.hpp"
#include "formats/car_writer.hpp"
#include "formats/member_tree_14.hpp"
#include "formats/sealed_block_14.hpp"
#include "formats/sealed_car_24.hpp"
#include "ipld/dag_cbor.hpp"

namespace fireproof {
namespace {

SealedCar plain_car(std::uint64_t name_codec, std::span<const Cid> roots,
                    std::span<const BlockView> blocks) {
  CarWriter writer(roots);
  for (const BlockView& block : blocks) writer.add(block.cid, block.data);
  return std::move(writer).finish_plain(name_codec, roots);
}

SealedCar public_car(std::uint64_t name_codec, std::span<const Cid> roots,
                     std::span<const BlockView> blocks) {
  SealedCar car = plain_car(name_codec, roots, blocks);
  car.stored = car.opened.bytes;
  return car;
}

/// The sealed form of a block, and where its plaintext will lie when it is opened in place.
struct SealedBlock {
  Cid cid;  // of the plaintext
  Cid name;
  Bytes sealed;
};

constexpr std::size_t kPlainStart = AesGcm::kIvSize + 4;  // IV and the length of the CID come first

Bytes top_block(const Cid& root, const Cid& tree) {
  Bytes top;
  DagCborWriter writer(top);
  writer.list(2);
  writer.link(root);
  writer.link(tree);
  return top;
}

std::vector<SealedBlock> seal_blocks(std::span<const BlockView> blocks, const KeyRing::Key& key,
                                     Entropy& entropy) {
  std::vector<SealedBlock> sealed;
  sealed.reserve(blocks.size());
  std::unordered_set<Cid, CidHash> seen;
  for (const BlockView& block : blocks) {
    if (!seen.insert(block.cid).second) continue;
    Bytes bytes =
        sealed_block_14::seal(block.cid, block.data, entropy.take(AesGcm::kIvSize), key.cipher);
    Cid name = cid_of(codec::kSealed14, bytes);
    sealed.push_back({block.cid, std::move(name), std::move(bytes)});
  }
  return sealed;
}

}  // namespace

SealedCar seal_car_14(std::span<const Cid> roots, std::span<const BlockView> blocks,
                      const KeyRing::Key* key, Entropy& entropy) {
  if (!key) return public_car(codec::kRaw, roots, blocks);
  const std::vector<SealedBlock> sealed = seal_blocks(blocks, *key, entropy);
  std::vector<Cid> members;
  members.reserve(sealed.size());
  Cid sealed_root;
  std::unordered_map<Cid, ByteView, CidHash> plain;
  for (const BlockView& block : blocks) plain.emplace(block.cid, block.data);
  for (const SealedBlock& block : sealed) {
    members.push_back(block.name);
    if (block.cid == roots.front()) sealed_root = block.name;
  }
  const std::vector<member_tree_14::Node> tree = member_tree_14::build(std::move(members));
  const Bytes top = top_block(sealed_root, tree.back().cid);
  const std::array<Cid, 1> top_cid{cid_of(codec::kDagCbor, top)};

  CarWriter writer(top_cid);
  for (const SealedBlock& block : sealed) writer.add(block.name, block.sealed);
  for (const member_tree_14::Node& node : tree) writer.add(node.cid, node.data);
  writer.add(top_cid[0], top);

  SealedCar car;
  car.stored = writer.bytes();
  car.name = cid_of(codec::kRaw, car.stored);
  car.opened.bytes = car.stored;
  car.opened.roots = {roots.front()};
  car.opened.layout.sealing = Sealing::kBlocks;
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    const CarWriter::Section& section = writer.sections()[i];
    const ByteView data = plain.at(sealed[i].cid);
    const std::size_t start = section.offset + kPlainStart + sealed[i].cid.bytes().size();
    std::copy(data.begin(), data.end(),
              car.opened.bytes.begin() + static_cast<std::ptrdiff_t>(start));
    car.opened.blocks.push_back(
        {sealed[i].cid, ByteView(car.opened.bytes).subspan(start, data.size()),
         static_cast<std::uint32_t>(section.offset), static_cast<std::uint32_t>(section.size)});
  }
  return car;
}

SealedCar seal_car_24(std::span<const Cid> roots, std::span<const BlockView> blocks,
                      const KeyRing::Key* key) {
  if (!key) return public_car(codec::kCar24, roots, blocks);
  SealedCar car = plain_car(codec::kCar24, roots, blocks);
  const Bytes plain = std::move(car.opened.bytes);
  car.stored = sealed_car_24::seal(car.name, plain, *key);
  const auto payload = static_cast<std::uint32_t>(sealed_car_24::read(car.stored)->data);
  car.opened.layout = {Sealing::kWhole, payload};
  car.opened.bytes = car.stored;
  std::copy(plain.begin(), plain.end(), car.opened.bytes.begin() + payload);
  for (OpenedBlock& block : car.opened.blocks) {
    block.stored_offset += payload;
    block.data = ByteView(car.opened.bytes).subspan(block.stored_offset, block.stored_size);
  }
  return car;
}

}  // namespace fireproof
