#include "documents/local_record.hpp"

#include <algorithm>

#include "ipld/dag_cbor.hpp"

namespace fireproof {
namespace {

constexpr std::uint64_t kRecordVersion = 1;

Value links(const std::vector<Cid>& cids) {
  List list;
  for (const Cid& cid : cids) list.emplace_back(cid);
  return Value(std::move(list));
}

Value groups(const std::vector<CarGroup>& from) {
  List list;
  for (const CarGroup& group : from) list.push_back(links(group));
  return Value(std::move(list));
}

bool read_links(const Value* from, std::vector<Cid>& to) {
  const List* list = from ? from->get<List>() : nullptr;
  if (!list) return false;
  for (const Value& item : *list) {
    const Cid* cid = item.get<Cid>();
    if (!cid) return false;
    to.push_back(*cid);
  }
  return true;
}

bool read_groups(const Value* from, std::vector<CarGroup>& to) {
  const List* list = from ? from->get<List>() : nullptr;
  if (!list) return false;
  for (const Value& item : *list) {
    if (!read_links(&item, to.emplace_back())) return false;
  }
  return true;
}

bool read_heads(const Value* from, std::vector<HeadEvent>& to) {
  std::vector<CarGroup> pairs;
  if (!read_groups(from, pairs)) return false;
  for (CarGroup& pair : pairs) {
    if (pair.size() != 2) return false;
    to.push_back({std::move(pair[0]), std::move(pair[1])});
  }
  return true;
}

Value head_pairs(const std::vector<HeadEvent>& heads) {
  List list;
  for (const HeadEvent& head : heads) list.push_back(links({head.event, head.root}));
  return Value(std::move(list));
}

bool read_tail(const Value* from, std::vector<TailCommit>& to) {
  const List* list = from ? from->get<List>() : nullptr;
  if (!list) return false;
  for (const Value& item : *list) {
    const Cid* car = item.find<Cid>("car");
    if (!car) return false;
    TailCommit& commit = to.emplace_back(TailCommit{*car, {}});
    if (!read_heads(item.find("heads"), commit.heads)) return false;
  }
  return true;
}

bool read_keys(const Value* from, std::vector<SecretKey>& to) {
  const List* list = from ? from->get<List>() : nullptr;
  if (!list) return false;
  for (const Value& item : *list) {
    const Bytes* bytes = item.get<Bytes>();
    if (!bytes || bytes->empty() || bytes->size() > SecretKey::kMaxSize) return false;
    to.emplace_back(*bytes);
  }
  return true;
}

/// Records of older versions have none.
void read_conditions(const Value& from, Conditions& to) {
  const auto* absent = from.find<std::string>("absent");
  const auto* match = from.find<std::string>("match");
  const Integer* probed = from.find<Integer>("probedAt");
  if (!absent || !match || !probed || probed->negative) return;
  to = {condition_named(*absent), condition_named(*match), static_cast<double>(probed->magnitude)};
}

bool read_remotes(const Value* from, std::map<std::string, RemoteState>& to) {
  const Map* map = from ? from->get<Map>() : nullptr;
  if (!map) return false;
  for (const auto& [name, value] : *map) {
    const auto* etag = value.find<std::string>("etag");
    RemoteState state;
    if (!etag || !read_links(value.find("covered"), state.covered) ||
        !read_links(value.find("confirmed"), state.confirmed) ||
        !read_links(value.find("lacking"), state.lacking))
      return false;
    if (const Value* offered = value.find("offered");
        offered && !read_links(offered, state.offered))
      return false;
    state.etag = *etag;
    read_conditions(value, state.conditions);
    to.emplace(name, std::move(state));
  }
  return true;
}

Value remote_states(const std::map<std::string, RemoteState>& remotes) {
  Map map;
  for (const auto& [name, state] : remotes) {
    Map entry;
    entry.emplace_back("etag", Value(state.etag));
    entry.emplace_back("covered", links(state.covered));
    entry.emplace_back("confirmed", links(state.confirmed));
    entry.emplace_back("lacking", links(state.lacking));
    if (const Conditions& known = state.conditions; known != Conditions{}) {
      entry.emplace_back("absent", Value(std::string(condition_name(known.absent))));
      entry.emplace_back("match", Value(std::string(condition_name(known.match))));
      entry.emplace_back("probedAt", Value::integer(static_cast<std::uint64_t>(known.probed_at)));
    }
    if (!state.offered.empty()) entry.emplace_back("offered", links(state.offered));
    map.emplace_back(name, Value(std::move(entry)));
  }
  return Value(std::move(map));
}

/// What older records do not have. They are provisional if they know no remote.
bool read_origin(const Value& from, LocalRecord& to) {
  const Value* provisional = from.find("provisional");
  const bool* flag = provisional ? provisional->get<bool>() : nullptr;
  if (provisional && !flag) return false;
  to.provisional = flag ? *flag : to.remotes.empty();
  if (const Value* rebase = from.find("rebase")) {
    to.rebase.emplace();
    if (!read_links(rebase->find("onto"), to.rebase->onto) ||
        !read_links(rebase->find("head"), to.rebase->head))
      return false;
  }
  const Value* dropped = from.find("dropped");
  return !dropped || read_groups(dropped, to.dropped);
}

}  // namespace

std::vector<Cid> events_of(const std::vector<HeadEvent>& heads) {
  std::vector<Cid> events;
  events.reserve(heads.size());
  for (const HeadEvent& head : heads) events.push_back(head.event);
  return events;
}

void sort_heads(std::vector<HeadEvent>& heads) {
  std::sort(heads.begin(), heads.end(), [](const HeadEvent& a, const HeadEvent& b) {
    return CidTextOrder{}(a.event, b.event);
  });
}

std::vector<Cid> LocalRecord::clock() const { return events_of(heads); }

std::vector<CarGroup> LocalRecord::car_log() const {
  std::vector<CarGroup> log;
  log.reserve(tail.size() + sealed.size());
  for (auto commit = tail.rbegin(); commit != tail.rend(); ++commit) log.push_back({commit->car});
  log.insert(log.end(), sealed.begin(), sealed.end());
  return log;
}

Bytes LocalRecord::encode() const {
  List key_list;
  for (const SecretKey& key : keys) key_list.emplace_back(copy_of(key.bytes()));
  List commits;
  for (const TailCommit& commit : tail) {
    Map entry;
    entry.emplace_back("car", Value(commit.car));
    entry.emplace_back("heads", head_pairs(commit.heads));
    commits.emplace_back(std::move(entry));
  }
  Map record;
  record.emplace_back("version", Value::integer(kRecordVersion));
  record.emplace_back("format", Value(format));
  record.emplace_back("public", Value(is_public));
  record.emplace_back("keys", Value(std::move(key_list)));
  record.emplace_back("heads", head_pairs(heads));
  record.emplace_back("sealed", groups(sealed));
  record.emplace_back("tail", Value(std::move(commits)));
  record.emplace_back("archive", groups(archive));
  record.emplace_back("missing", links(missing));
  record.emplace_back("sealedHead", links(sealed_head));
  record.emplace_back("files", links(files));
  record.emplace_back("remotes", remote_states(remotes));
  record.emplace_back("provisional", Value(provisional));
  if (rebase) {
    Map mark;
    mark.emplace_back("onto", links(rebase->onto));
    mark.emplace_back("head", links(rebase->head));
    record.emplace_back("rebase", Value(std::move(mark)));
  }
  if (!dropped.empty()) record.emplace_back("dropped", groups(dropped));
  return dag_cbor::encode(Value(std::move(record)));
}

Result<LocalRecord> LocalRecord::decode(ByteView bytes) {
  auto value = dag_cbor::decode(bytes);
  LocalRecord record;
  const Integer* version = value ? value->find<Integer>("version") : nullptr;
  const auto* format = value ? value->find<std::string>("format") : nullptr;
  const bool* is_public = value ? value->find<bool>("public") : nullptr;
  if (!version || *version != Integer{kRecordVersion, false} || !format || !is_public ||
      !read_keys(value->find("keys"), record.keys) ||
      !read_heads(value->find("heads"), record.heads) ||
      !read_groups(value->find("sealed"), record.sealed) ||
      !read_tail(value->find("tail"), record.tail) ||
      !read_groups(value->find("archive"), record.archive) ||
      !read_links(value->find("missing"), record.missing) ||
      !read_links(value->find("sealedHead"), record.sealed_head) ||
      !read_links(value->find("files"), record.files) ||
      !read_remotes(value->find("remotes"), record.remotes) || !read_origin(*value, record)) {
    return fail(ErrorCode::kStorageLost,
                "the local record of the database is damaged or of another version");
  }
  record.format = *format;
  record.is_public = *is_public;
  return record;
}

}  // namespace fireproof
