// Blocks in memory, for everything that reads through a BlockSource.
#pragma once

#include <unordered_map>
#include <utility>

#include "crypto/sha256.hpp"
#include "pail/block_source.hpp"

namespace fireproof::test {

class Blocks final : public BlockSource {
 public:
  void add(const Cid& cid, Bytes data) { blocks_.insert_or_assign(cid, std::move(data)); }
  // Adds a DAG-CBOR block and names it.
  Cid add(Bytes data) {
    const Cid cid = cid_of(codec::kDagCbor, data);
    add(cid, std::move(data));
    return cid;
  }
  void remove(const Cid& cid) { blocks_.erase(cid); }

  std::optional<ByteView> find(const Cid& cid) override {
    ++asked;
    const auto at = blocks_.find(cid);
    return at == blocks_.end() ? std::nullopt : std::optional<ByteView>(at->second);
  }
  [[nodiscard]] bool contains(const Cid& cid) const { return blocks_.contains(cid); }
  [[nodiscard]] std::size_t size() const { return blocks_.size(); }

  std::size_t asked = 0;  // calls of `find`

 private:
  std::unordered_map<Cid, Bytes, CidHash> blocks_;
};

// A CID to stand for the value with this number.
inline Cid value_cid(std::uint64_t number) {
  Bytes bytes;
  append_le64(bytes, number);
  return cid_of(codec::kDagCbor, bytes);
}

}  // namespace fireproof::test
