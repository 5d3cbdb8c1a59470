#include "documents/block_cache.hpp"

namespace fireproof {

void BlockCache::add(Bytes buffer, std::vector<Part> parts) {
  buffers_.push_front({std::move(buffer), {}});
  Buffer& held = buffers_.front();
  bytes_ += held.bytes.size();
  held.cids.reserve(parts.size());
  for (Part& part : parts) {
    if (entries_.try_emplace(part.cid, Entry{buffers_.begin(), part.data}).second) {
      held.cids.push_back(std::move(part.cid));
    }
  }
}

std::optional<ByteView> BlockCache::find(const Cid& cid) {
  const auto at = entries_.find(cid);
  if (at == entries_.end()) return std::nullopt;
  buffers_.splice(buffers_.begin(), buffers_, at->second.buffer);
  return at->second.data;
}

void BlockCache::trim() {
  while (bytes_ > budget_ && !buffers_.empty()) {
    for (const Cid& cid : buffers_.back().cids) entries_.erase(cid);
    bytes_ -= buffers_.back().bytes.size();
    buffers_.pop_back();
  }
}

}  // namespace fireproof
