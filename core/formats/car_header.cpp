#include "formats/car_header.hpp"

#include "ipld/dag_cbor.hpp"

namespace fireproof {
namespace {

tl::unexpected<Error> corrupt(std::string_view what) {
  return fail(ErrorCode::kCorruptCar, "CAR header block: " + std::string(what));
}

Result<std::vector<Cid>> read_links(const Value* from) {
  const List* list = from ? from->get<List>() : nullptr;
  if (!list) return corrupt("a list of links is missing");
  std::vector<Cid> links;
  links.reserve(list->size());
  for (const Value& item : *list) {
    const Cid* cid = item.get<Cid>();
    if (!cid) return corrupt("a list of links holds something else");
    links.push_back(*cid);
  }
  return links;
}

Result<std::vector<CarGroup>> read_single_car_groups(const Value* from) {
  FIREPROOF_TRY(std::vector<Cid> cars, read_links(from));
  std::vector<CarGroup> groups;
  groups.reserve(cars.size());
  for (Cid& car : cars) groups.push_back({std::move(car)});
  return groups;
}

Result<std::vector<CarGroup>> read_groups(const Value* from) {
  const List* list = from ? from->get<List>() : nullptr;
  if (!list) return corrupt("a list of groups is missing");
  std::vector<CarGroup> groups;
  groups.reserve(list->size());
  for (const Value& item : *list) {
    FIREPROOF_TRY(CarGroup group, read_links(&item));
    if (group.empty()) return corrupt("an empty group");
    groups.push_back(std::move(group));
  }
  return groups;
}

/// The block as a value, if it is a map with the member `fp`.
std::optional<Value> decode_header(ByteView block) {
  auto value = dag_cbor::decode(block);
  if (!value || !value->find("fp")) return std::nullopt;
  return std::move(*value);
}

void write_links(DagCborWriter& writer, const std::vector<Cid>& links) {
  writer.list(links.size());
  for (const Cid& link : links) writer.link(link);
}

void write_single_car_groups(DagCborWriter& writer, const std::vector<CarGroup>& groups) {
  writer.list(groups.size());
  for (const CarGroup& group : groups) writer.link(group.front());
}

void write_groups(DagCborWriter& writer, const std::vector<CarGroup>& groups) {
  writer.list(groups.size());
  for (const CarGroup& group : groups) write_links(writer, group);
}

}  // namespace

Bytes write_header_14(const CarHeader& header) {
  Bytes block;
  DagCborWriter writer(block);
  writer.map(1);
  writer.text("fp");
  writer.map(3);
  writer.text("cars");
  write_single_car_groups(writer, header.cars);
  writer.text("head");
  write_links(writer, header.head);
  writer.text("compact");
  write_single_car_groups(writer, header.compact);
  return block;
}

Bytes write_header_24(const CarHeader& header) {
  Bytes block;
  DagCborWriter writer(block);
  writer.map(1);
  writer.text("fp");
  writer.map(3);
  writer.text("cars");
  write_groups(writer, header.cars);
  writer.text("meta");
  writer.map(1);
  writer.text("head");
  write_links(writer, header.head);
  writer.text("compact");
  write_groups(writer, header.compact);
  return block;
}

Result<std::optional<CarHeader>> read_header_14(ByteView block) {
  const auto value = decode_header(block);
  if (!value) return std::nullopt;
  const Value* fp = value->find("fp");
  if (fp->find("indexes")) return std::nullopt;
  CarHeader header;
  FIREPROOF_TRY(header.cars, read_single_car_groups(fp->find("cars")));
  FIREPROOF_TRY(header.compact, read_single_car_groups(fp->find("compact")));
  FIREPROOF_TRY(header.head, read_links(fp->find("head")));
  return header;
}

Result<std::optional<CarHeader>> read_header_24(ByteView block) {
  const auto value = decode_header(block);
  if (!value) return std::nullopt;
  const Value* fp = value->find("fp");
  const Value* meta = fp->find("meta");
  if (!meta) return corrupt("no meta");
  if (meta->find("indexes")) return std::nullopt;
  CarHeader header;
  FIREPROOF_TRY(header.cars, read_groups(fp->find("cars")));
  FIREPROOF_TRY(header.compact, read_groups(fp->find("compact")));
  FIREPROOF_TRY(header.head, read_links(meta->find("head")));
  return header;
}

}  // namespace fireproof
