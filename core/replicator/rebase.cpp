#include "replicator/rebase.hpp"

#include <algorithm>
#include <set>

#include "documents/adoption.hpp"
#include "replicator/car_rows.hpp"

namespace fireproof {
namespace {

/// Attachments that were sealed again are stored when this many bytes have gathered; the transaction that names them comes
/// later.
constexpr std::size_t kStoreEvery = std::size_t{8} << 20;

/// Documents are written in commits of at most this many bytes, so that none needs a CAR that is too large.
constexpr std::size_t kMaxBulk = std::size_t{64} << 20;

bool contains(const std::vector<Cid>& cids, const Cid& cid) {
  return std::find(cids.begin(), cids.end(), cid) != cids.end();
}

}  // namespace

std::shared_ptr<Rebase> Rebase::start(Engine& engine, Found found, Done done) {
  std::shared_ptr<Rebase> rebase(new Rebase(engine, std::move(found), std::move(done)));
  rebase->begin();
  return rebase;
}

Rebase::~Rebase() { engine_.cancel_operations(this); }

void Rebase::begin() {
  engine_.start_operation(
      {this, [this] { return collect(); }, [this](Error error) { end(fail(std::move(error))); }});
}

/// Reads what is here, and finds the attachments that have to be sealed again.
Status Rebase::collect() {
  const LocalRecord& record = engine_.record();
  if (!record.provisional) {
    end(false);
    return {};
  }
  FIREPROOF_TRY(documents_, collect_documents(engine_.database(), record.heads));
  base_ = record.heads;
  files_.clear();
  next_file_ = 0;
  std::set<Cid, CidByteOrder> seen;
  for (const LocalDocument& document : documents_) {
    auto cars = attachment_cars(document);
    if (!cars) {
      end(fail(std::move(cars).error()));
      return {};
    }
    for (Cid& car : *cars) {
      if (seen.insert(car).second) files_.push_back(std::move(car));
    }
  }
  read_next_file();
  return {};
}

void Rebase::read_next_file() {
  while (next_file_ < files_.size() && (!found_.key || renamed_.contains(files_[next_file_])))
    ++next_file_;
  if (next_file_ == files_.size()) {
    return engine_.start_operation(
        {this, [this] { return write(); }, [this](Error error) { end(fail(std::move(error))); }});
  }
  engine_.read({{"file", files_[next_file_], 0, 0}},
               [weak = weak_from_this()](std::vector<std::optional<Bytes>> rows) {
                 const auto self = weak.lock();
                 if (!self) return;
                 const Cid car = self->files_[self->next_file_++];
                 // One that is not here, or cannot be read, stays what documents call it.
                 if (!rows.empty() && rows[0]) (void)self->seal_again(car, std::move(*rows[0]));
                 if (self->file_bytes_ >= kStoreEvery) return self->store_files();
                 self->read_next_file();
               });
}

/// Seals an attachment CAR with the remote's key, unless that opens it as it is.
Status Rebase::seal_again(const Cid& car, Bytes stored) {
  const Format& format = engine_.database().format();
  KeyRing ring;
  ring.add(*found_.key);
  if (format.open(car, stored, ring, CarKind::kFile)) return {};
  FIREPROOF_TRY(const OpenedCar opened,
                format.open(car, std::move(stored), engine_.database().keys(), CarKind::kFile));
  std::vector<BlockView> blocks;
  for (const OpenedBlock& block : opened.blocks) blocks.push_back({block.cid, block.data});
  SealedCar sealed = format.seal_files(opened.roots, blocks, ring.default_key(), engine_.entropy());
  renamed_.emplace(car, sealed.name);
  file_bytes_ += sealed.stored.size();
  file_rows_.push_back({"file", sealed.name, std::move(sealed.stored)});
  return {};
}

void Rebase::store_files() {
  file_bytes_ = 0;
  engine_.commit({{}, std::exchange(file_rows_, {}), {}, {}},
                 [weak = weak_from_this()](Result<bool> stored) {
                   const auto self = weak.lock();
                   if (!self) return;
                   if (!stored) return self->end(fail(std::move(stored).error()));
                   self->read_next_file();
                 });
}

/// Makes the new record and the CARs of what is written, from what the engine knows at this moment.
Status Rebase::write() {
  const LocalRecord& record = engine_.record();
  if (!record.provisional || record.heads != base_) {
    begin();  // somebody has written meanwhile, or the history was settled otherwise
    return {};
  }
  auto after = remote_record();
  if (!after && after.error().code == ErrorCode::kSuspended) return suspended();
  if (!after) {
    end(fail(std::move(after).error()));
    return {};
  }
  const std::vector<Cid> onto = after->clock();
  const std::optional<KeyRing::Key> key =
      found_.key ? std::optional<KeyRing::Key>(*found_.key) : std::nullopt;
  rows_.clear();
  pending_.clear();
  if (Status written = write_documents(*after, key ? &*key : nullptr); !written) {
    pending_.clear();
    if (written.error().code == ErrorCode::kSuspended) return suspended();
    end(fail(std::move(written).error()));
    return {};
  }
  if (!base_.empty()) after->rebase = RebaseMark{onto, after->clock()};
  keep_files(*after);
  add_deletes();
  commit(std::move(*after));
  return {};
}

/// The record of a device that has just taken over what the remote has.
Result<LocalRecord> Rebase::remote_record() const {
  const LocalRecord& before = engine_.record();
  LocalRecord record;
  record.format = before.format;
  record.is_public = before.is_public;
  record.rebase = before.rebase;
  record.dropped = before.dropped;
  for (const auto& [name, state] : before.remotes) {
    if (!state.offered.empty()) record.dropped.push_back(state.offered);
    record.remotes[name].conditions = state.conditions;
  }
  for (const auto& [group, header] : found_.entries) {
    FIREPROOF_TRY(Adoption adoption,
                  adopt(engine_.database(), record, group, header, found_.replaced));
    if (!adoption.missing.empty()) {
      return fail(ErrorCode::kCorruptBlock, "block " + adoption.missing.front().text() +
                                                " is in no CAR that could be read from " +
                                                found_.remote);
    }
    record = std::move(adoption.record);
  }
  archive_groups(record, found_.replaced);
  record.provisional = false;
  RemoteState& state = record.remotes[found_.remote];
  state.etag = found_.etag;
  state.covered = record.clock();
  state.confirmed = found_.fetched;
  return record;
}

/// Adds the commits that write what is here to `record`.
Status Rebase::write_documents(LocalRecord& record, const KeyRing::Key* key) {
  Database& database = engine_.database();
  FIREPROOF_TRY(const std::vector<Update> updates,
                updates_onto(database, record.heads, documents_, renamed_));
  for (std::size_t from = 0; from < updates.size();) {
    std::size_t to = from;
    for (std::size_t size = 0; to < updates.size(); ++to) {
      size += updates[to].value.data.size();
      if (to > from && size > kMaxBulk) break;
    }
    FIREPROOF_TRY(
        const std::vector<PreparedCommit> commits,
        prepare_commit(database, record.heads, std::span(updates).subspan(from, to - from)));
    from = to;
    for (const PreparedCommit& commit : commits) {
      std::vector<BlockView> views;
      for (const NewBlock& block : commit.blocks) views.push_back({block.cid, block.data});
      SealedCar car = database.format().seal({record.car_log(), {}, events_of(commit.heads)}, views,
                                             key, engine_.entropy());
      append_car({database, pending_, rows_}, car.name, std::move(car.opened),
                 std::move(car.stored));
      record.tail.push_back({car.name, commit.heads});
      record.heads = commit.heads;
    }
  }
  return {};
}

/// Of the attachments that were written here those go on that documents name, under their new names.
void Rebase::keep_files(LocalRecord& record) {
  const std::vector<Cid>& written = engine_.record().files;
  for (const Cid& car : files_) {
    if (const auto at = renamed_.find(car); at != renamed_.end()) {
      record.files.push_back(at->second);
    } else if (contains(written, car)) {
      record.files.push_back(car);
    }
  }
}

/// All that is here goes, but for what the new record names.
void Rebase::add_deletes() {
  const LocalRecord& before = engine_.record();
  deletes_.clear();
  std::vector<CarGroup> gone = before.car_log();
  gone.insert(gone.end(), before.archive.begin(), before.archive.end());
  for (const Cid& car : cars_of(gone)) append_deletes(deletes_, engine_.database(), car);
  for (const Cid& car : before.files) deletes_.push_back({"file", car});
}

void Rebase::commit(LocalRecord record) {
  Transaction transaction{std::move(record), found_.rows, deletes_, {}, found_.key};
  transaction.rows.insert(transaction.rows.end(), rows_.begin(), rows_.end());
  transaction.rows.insert(transaction.rows.end(), file_rows_.begin(), file_rows_.end());
  engine_.commit(std::move(transaction), [weak = weak_from_this()](Result<bool> stored) {
    const auto self = weak.lock();
    if (!self) return;
    if (stored && *stored) return self->end(true);
    self->pending_.clear();
    if (!stored) return self->end(fail(std::move(stored).error()));
    self->begin();
  });
}

void Rebase::end(Result<bool> result) {
  const auto keep = shared_from_this();
  done_(std::move(result));
}

}  // namespace fireproof
