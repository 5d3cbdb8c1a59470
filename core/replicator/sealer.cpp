#include "replicator/sealer.hpp"

#include <algorithm>
#include <unordered_set>

#include "documents/adoption.hpp"
#include "documents/compaction.hpp"
#include "documents/merge_base.hpp"
#include "replicator/car_rows.hpp"

namespace fireproof {
namespace {

/// Times that another tab may be faster before the attempt is given up until the next commit.
constexpr int kMaxLosses = 8;

bool starts_with(const std::vector<TailCommit>& tail, const std::vector<TailCommit>& part) {
  return tail.size() >= part.size() && std::equal(part.begin(), part.end(), tail.begin());
}

}  // namespace

Sealer::~Sealer() { engine_.cancel_operations(this); }

void Sealer::seal(Done done) {
  tasks_.push_back({Task::Kind::kSeal, std::move(done), {}});
  next();
}

void Sealer::prepare_publishing(std::vector<Cid> refused, Done done) {
  tasks_.push_back({Task::Kind::kPublish, std::move(done), std::move(refused)});
  next();
}

void Sealer::compact(Done done) {
  tasks_.push_back({Task::Kind::kCompact, std::move(done), {}});
  next();
}

void Sealer::note_made(const Cid& car, CarHeader header, const std::vector<NewBlock>& blocks) {
  Made& made = made_[car];
  made.header = std::move(header);
  made.blocks.clear();
  for (const NewBlock& block : blocks) made.blocks.push_back(block.cid);
}

void Sealer::note_commit() {
  const std::size_t most = engine_.options().seal_after * (engine_.publishes() ? 4 : 1);
  if (busy_ || engine_.record().tail.size() < most) return;
  // Whoever needs it sealed asks for it; that this may fail concerns nobody now.
  seal([](const Status&) {});
}

void Sealer::next() {
  if (busy_ || tasks_.empty()) return;
  busy_ = true;
  losses_ = 0;
  last_.reset();
  begin();
}

void Sealer::begin() {
  const LocalRecord& record = engine_.record();
  if (!last_ && !record.tail.empty()) last_ = record.tail.back().car;
  sealed_ = record.sealed;
  tail_.clear();
  commits_.clear();
  opened_.clear();
  older_.clear();
  adopted_ = false;
  replaced_ = 0;
  pending_.clear();
  if (tasks_.front().compacts()) {
    tail_ = record.tail;
    if (tail_.size() + sealed_.size() < 2) return end({});
    engine_.start_operation({this, [this] { return compact_log(); },
                             [this](Error error) { end(fail(std::move(error))); }});
    return;
  }
  const BlockIndex& index = engine_.database().index();
  // 0.24's first commit is the same in all databases, its stored form differs by the key: it never goes out alone.
  const bool begins = record.sealed.empty() && engine_.database().format().has_genesis();
  std::size_t size = 0;
  for (const TailCommit& commit : record.tail) {
    if (const auto number = index.number(commit.car)) size += index.car(*number).size;
    if (tail_.size() > (begins ? 1 : 0) && size > kMaxPart) break;
    tail_.push_back(commit);
  }
  std::erase_if(made_, [&](const auto& made) {
    const bool is_under_way = index.has_car(made.first) && !index.is_stored(made.first);
    return !is_under_way &&
           std::none_of(record.tail.begin(), record.tail.end(),
                        [&](const TailCommit& commit) { return commit.car == made.first; });
  });
  replaced_ = count_refused();
  if (!tail_.empty() || replaced_ > 0) {
    engine_.start_operation({this, [this] { return seal_tail(); },
                             [this](Error error) { end(fail(std::move(error))); }});
    return;
  }
  const bool merge = tasks_.front().kind == Task::Kind::kPublish && !record.heads.empty() &&
                     record.sealed_head != record.clock();
  if (!merge) return end({});
  engine_.start_operation({this, [this] { return seal_merge(); },
                           [this](Error error) { end(fail(std::move(error))); }});
}

/// How many of the newest groups have to be replaced because of refused CARs; 0 if nothing is there to unite them with.
std::size_t Sealer::count_refused() const {
  const std::vector<Cid>& refused = tasks_.front().refused;
  std::size_t count = 0;
  for (std::size_t i = 0; i < sealed_.size(); ++i) {
    if (std::any_of(sealed_[i].begin(), sealed_[i].end(), [&](const Cid& car) {
          return std::find(refused.begin(), refused.end(), car) != refused.end();
        }))
      count = i + 1;
  }
  return count == 1 && tail_.empty() ? 0 : count;
}

/// Takes the blocks of the tail from memory, where they still are if this engine made them a short time ago. They stay there
/// as long as the operation runs.
bool Sealer::find_blocks() {
  if (replaced_ > 0) return false;
  commits_.clear();
  for (const TailCommit& commit : tail_) {
    const auto made = made_.find(commit.car);
    if (made == made_.end()) return false;
    commits_.push_back({commit, {}});
    for (const Cid& cid : made->second.blocks) {
      const auto data = engine_.database().resident(cid);
      if (!data) return false;
      commits_.back().blocks.push_back({cid, *data});
    }
  }
  return true;
}

/// Reads the CARs whose blocks go into the new one: of the groups that are replaced, and of the tail.
void Sealer::read_cars() {
  std::vector<Cid> names =
      cars_of({sealed_.begin(), sealed_.begin() + static_cast<std::ptrdiff_t>(replaced_)});
  const std::size_t older = names.size();
  for (const TailCommit& commit : tail_) names.push_back(commit.car);
  std::vector<StoredRange> ranges;
  for (const Cid& car : names) ranges.push_back({"car", car, 0, 0});
  engine_.read(std::move(ranges), [this, names = std::move(names),
                                   older](std::vector<std::optional<Bytes>> cars) {
    const Database& database = engine_.database();
    opened_.reserve(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      std::optional<Bytes> bytes = i < cars.size() ? std::move(cars[i]) : std::nullopt;
      if (!bytes) {  // another tab has sealed it meanwhile
        if (++losses_ == kMaxLosses)
          return end(
              fail(ErrorCode::kStorageLost, "CAR " + names[i].text() + " is not stored any more"));
        return engine_.reload([this] { begin(); });
      }
      auto car =
          database.format().open(names[i], std::move(*bytes), database.keys(), CarKind::kData);
      if (!car) return end(fail(std::move(car).error()));
      opened_.push_back(std::move(*car));
      const OpenedCar& opened = opened_.back();
      if (i >= older) commits_.push_back({tail_[i - older], {}});
      std::vector<OpenedBlock>& blocks = i < older ? older_ : commits_.back().blocks;
      for (const OpenedBlock& block : opened.blocks) {
        const bool is_header = opened.header && block.cid == opened.roots.front();
        if (!is_header) blocks.push_back(block);
      }
    }
    engine_.start_operation({this, [this] { return seal_tail(); },
                             [this](Error error) { end(fail(std::move(error))); }});
  });
}

Status Sealer::seal_tail() {
  if (opened_.empty() && !find_blocks()) {
    commits_.clear();
    read_cars();
    return {};
  }
  Database& database = engine_.database();
  const LocalRecord& record = engine_.record();
  const bool whole = record.tail.size() == tail_.size();
  const std::vector<HeadEvent>& heads = whole ? record.heads : tail_.back().heads;
  head_ = events_of(heads);
  const auto kept = sealed_.begin() + static_cast<std::ptrdiff_t>(replaced_);
  CarHeader header{{kept, sealed_.end()}, {}, head_};
  const bool same_key = database.keys().keys().size() <= 1;
  if (replaced_ == 0 && tail_.size() == 1 && same_key && has_header(header)) {
    adopted_ = true;
    car_ = tail_.front().car;
    rows_.clear();
    deletes_.clear();
    commit();
    return {};
  }
  FIREPROOF_TRY(std::vector<BlockView> blocks, slim(database, commits_, heads));
  std::vector<BlockView> older;
  for (const OpenedBlock& block : older_) older.push_back({block.cid, block.data});
  blocks.insert(blocks.begin(), older.begin(), older.end());
  FIREPROOF_TRY(const std::vector<BlockView> base, missing_merge_base(database, record, heads));
  blocks.insert(blocks.end(), base.begin(), base.end());
  std::unordered_set<Cid, CidHash> seen;
  std::erase_if(blocks, [&](const BlockView& block) { return !seen.insert(block.cid).second; });
  std::size_t size = 0;
  for (const BlockView& block : blocks) size += block.data.size() + 128;
  if (size > kMaxCarSize) {
    end(fail(ErrorCode::kQuotaExceeded,
             "what is to be sealed would be one CAR of more than 256 MiB"));
    return {};
  }
  SealedCar car = database.format().seal(header, blocks, engine_.sealing_key(), engine_.entropy());
  std::vector<DeletedRow> deletes;
  for (const TailCommit& commit : tail_) append_deletes(deletes, database, commit.car);
  for (const Cid& replaced : cars_of({sealed_.begin(), kept}))
    append_deletes(deletes, database, replaced);
  replace(std::move(car), std::move(deletes));
  return {};
}

/// True if the CAR of the tail's only commit has this header.
bool Sealer::has_header(const CarHeader& header) const {
  const auto made = made_.find(tail_.front().car);
  const CarHeader* own = made == made_.end() ? nullptr : &made->second.header;
  if (!opened_.empty()) own = opened_.front().header ? &*opened_.front().header : nullptr;
  return own && own->cars == header.cars && own->head == header.head;
}

/// A header that names what was merged, and what readers need for that.
Status Sealer::seal_merge() {
  const LocalRecord& record = engine_.record();
  if (!record.tail.empty() || record.sealed != sealed_) {
    begin();  // somebody was faster
    return {};
  }
  FIREPROOF_TRY(const std::vector<BlockView> base,
                missing_merge_base(engine_.database(), record, record.heads));
  head_ = record.clock();
  replace(engine_.database().format().seal({sealed_, {}, head_}, base, engine_.sealing_key(),
                                           engine_.entropy()),
          {});
  return {};
}

Status Sealer::compact_log() {
  Database& database = engine_.database();
  const LocalRecord& record = engine_.record();
  // What was taken over or committed since `begin` is compacted too.
  sealed_ = record.sealed;
  tail_ = record.tail;
  FIREPROOF_TRY(const std::vector<BlockView> blocks, collect_live_blocks(database, record.heads));
  std::size_t size = 0;
  for (const BlockView& block : blocks) size += block.data.size() + 128;
  if (size > kMaxCarSize) {
    end(fail(ErrorCode::kQuotaExceeded,
             "compacted, this database would be one CAR of more than 256 MiB; it stays as it is"));
    return {};
  }
  head_ = record.clock();
  SealedCar car =
      database.format().seal({{}, {}, head_}, blocks, engine_.sealing_key(), engine_.entropy());
  std::vector<DeletedRow> deletes;
  for (const Cid& replaced : cars_of(record.car_log())) append_deletes(deletes, database, replaced);
  replace(std::move(car), std::move(deletes));
  return {};
}

void Sealer::replace(SealedCar car, std::vector<DeletedRow> deletes) {
  car_ = car.name;
  deletes_ = std::move(deletes);
  pending_.clear();
  rows_.clear();
  append_car({engine_.database(), pending_, rows_}, car_, std::move(car.opened),
             std::move(car.stored));
  commit();
}

/// Puts the new CAR in the place of what it replaces, if that is still there; else begins again.
void Sealer::commit() {
  LocalRecord record = engine_.record();
  if (record.sealed != sealed_ || !starts_with(record.tail, tail_)) {
    return begin();
  }
  record.tail.erase(record.tail.begin(),
                    record.tail.begin() + static_cast<std::ptrdiff_t>(tail_.size()));
  const std::size_t replaced = tasks_.front().compacts() ? sealed_.size() : replaced_;
  const auto kept = record.sealed.begin() + static_cast<std::ptrdiff_t>(replaced);
  record.archive.insert(record.archive.end(), record.sealed.begin(), kept);
  record.sealed.erase(record.sealed.begin(), kept);
  // The same blocks have the same name: what replaces it now may have been replaced once, or be among what is replaced.
  std::erase(record.archive, CarGroup{car_});
  record.sealed.insert(record.sealed.begin(), {car_});
  record.sealed_head = head_;
  engine_.commit({std::move(record), rows_, deletes_, {}}, [this](Result<bool> stored) {
    if (stored && !*stored && ++losses_ < kMaxLosses) return commit();
    if (!stored || !*stored) {
      if (!stored) return end(fail(std::move(stored).error()));
      return end(fail(ErrorCode::kConflict, "other tabs commit all the time"));
    }
    const bool compacts = tasks_.front().compacts();
    const bool compact_next =
        !compacts && engine_.record().sealed.size() > engine_.options().compact_after;
    if (compact_next) tasks_.push_back({Task::Kind::kCompact, [](const Status&) {}, {}});
    // A tail that was too large for one CAR is sealed in several.
    const std::vector<TailCommit>& rest = engine_.record().tail;
    const bool publishes = tasks_.front().kind == Task::Kind::kPublish && rest.empty() &&
                           engine_.record().sealed_head != engine_.record().clock();
    if (publishes || std::any_of(rest.begin(), rest.end(),
                                 [&](const TailCommit& commit) { return commit.car == last_; }))
      return begin();
    end({});
  });
}

void Sealer::end(Status status) {
  const Done done = std::move(tasks_.front().done);
  tasks_.erase(tasks_.begin());
  commits_.clear();
  opened_.clear();
  older_.clear();
  pending_.clear();
  rows_.clear();
  deletes_.clear();
  busy_ = false;
  done(std::move(status));
  next();
}

}  // namespace fireproof
