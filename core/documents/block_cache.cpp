#include "documents/block_cache.hpp"

namespace fireproof {

BlockCache::Pin BlockCache::insert(Bytes bytes, std::vector<Part>& parts, bool pinned) {
  buffers_.push_front({std::move(bytes), {}, pinned});
  Buffer& held = buffers_.front();
  bytes_ += held.bytes.size();
  held.cids.reserve(parts.size());
  for (Part& part : parts) {
    const auto [at, added] = entries_.try_emplace(part.cid, Entry{buffers_.begin(), part.data});
    if (!added && !pinned) continue;
    at->second = {buffers_.begin(), part.data};
    held.cids.push_back(std::move(part.cid));
  }
  return buffers_.begin();
}

std::optional<ByteView> BlockCache::find(const Cid& cid) {
  const auto at = entries_.find(cid);
  if (at == entries_.end()) return std::nullopt;
  buffers_.splice(buffers_.begin(), buffers_, at->second.buffer);
  return at->second.data;
}

void BlockCache::trim() {
  for (auto next = buffers_.end(); bytes_ > budget_ && next != buffers_.begin();) {
    const auto buffer = std::prev(next);
    if (buffer->pinned) {
      next = buffer;
      continue;
    }
    for (const Cid& cid : buffer->cids) {
      const auto at = entries_.find(cid);
      if (at != entries_.end() && at->second.buffer == buffer) entries_.erase(at);
    }
    bytes_ -= buffer->bytes.size();
    next = buffers_.erase(buffer);
  }
}

}  // namespace fireproof
