#include "formats/car_writer.hpp"

#include "car/car.hpp"
#include "crypto/sha256.hpp"

namespace fireproof {

CarWriter::CarWriter(std::span<const Cid> roots) : bytes_(car::write_header(roots)) {}

bool CarWriter::add(const Cid& cid, ByteView data) {
  if (!seen_.insert(cid).second) return false;
  car::append_block(bytes_, cid, data);
  sections_.push_back({cid, bytes_.size() - data.size(), data.size()});
  return true;
}

SealedCar CarWriter::finish_plain(std::uint64_t name_codec, std::span<const Cid> roots) && {
  SealedCar car;
  car.name = cid_of(name_codec, bytes_);
  car.opened.bytes = std::move(bytes_);
  car.opened.roots.assign(roots.begin(), roots.end());
  const ByteView all = car.opened.bytes;
  car.opened.blocks.reserve(sections_.size());
  for (Section& section : sections_) {
    car.opened.blocks.push_back({std::move(section.cid), all.subspan(section.offset, section.size),
                                 static_cast<std::uint32_t>(section.offset),
                                 static_cast<std::uint32_t>(section.size)});
  }
  return car;
}

}  // namespace fireproof
