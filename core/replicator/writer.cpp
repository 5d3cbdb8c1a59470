#include "replicator/writer.hpp"

#include <algorithm>

#include "documents/attachments.hpp"
#include "ipld/json.hpp"
#include "replicator/car_rows.hpp"
#include "replicator/sealer.hpp"

namespace fireproof {
namespace {

/// Room for what a CAR has beside its blocks.
constexpr std::size_t kMaxBlocks = kMaxCarSize - (std::size_t{1} << 20);

/// `ours` in place of the heads that it was made on, beside what others have committed since.
std::vector<HeadEvent> fork(const std::vector<HeadEvent>& current,
                            const std::vector<HeadEvent>& base,
                            const std::vector<HeadEvent>& ours) {
  std::vector<HeadEvent> heads = ours;
  for (const HeadEvent& head : current) {
    const bool replaced = std::find(base.begin(), base.end(), head) != base.end();
    const bool known = std::find(ours.begin(), ours.end(), head) != ours.end();
    if (!replaced && !known) heads.push_back(head);
  }
  sort_heads(heads);
  return heads;
}

}  // namespace

Writer::~Writer() { engine_.cancel_operations(this); }

void Writer::write(CallId call, std::vector<NewDocument> documents, std::vector<Bytes> contents) {
  Write write{call, std::move(documents), std::move(contents), {}, {}, {}};
  if (Status encoded = encode(write); !encoded)
    return engine_.answer(call, fail(std::move(encoded).error()));
  queue_.push_back(std::move(write));
  pump();
}

/// Makes the value blocks of a write, and its attachment CARs.
Status Writer::encode(Write& write) {
  const Format& format = engine_.database().format();
  const KeyRing::Key* key = engine_.sealing_key();
  write.updates.clear();
  write.files.clear();
  // Attachments may have to be sealed once more, with another key.
  const bool has_files = !write.contents.empty();
  std::vector<NewDocument> documents =
      has_files ? write.documents : std::exchange(write.documents, {});
  if (has_files && key) write.sealed_with = key->id;
  for (NewDocument& document : documents) {
    FIREPROOF_CHECK(format.check_id(document.id));
    if (document.deleted) {
      write.updates.push_back({document.id, tombstone_block()});
      continue;
    }
    FIREPROOF_TRY(std::vector<SealedCar> cars,
                  store_files(format, document, write.contents, key, engine_.entropy()));
    for (SealedCar& car : cars) write.files.push_back({"file", car.name, std::move(car.stored)});
    FIREPROOF_TRY(NewBlock value, format.document_block(document.id, std::move(document.fields)));
    write.updates.push_back({document.id, std::move(value)});
  }
  return {};
}

void Writer::pump() {
  if (busy_ || queue_.empty()) return;
  busy_ = true;
  engine_.start_operation({this, [this] { return make_batch(); },
                           [this](Error error) {
                             busy_ = false;
                             engine_.answer(queue_.front().call, fail(std::move(error)));
                             queue_.pop_front();
                             pump();
                           }});
}

/// Makes as many of the waiting writes as the resident blocks allow, at least one.
Status Writer::make_batch() {
  LocalRecord record = engine_.record();
  base_ = record.heads;
  history_ = engine_.history();
  while (!queue_.empty() && batch_.size() < kMaxBatch) {
    Status made = make(queue_.front(), record);
    if (!made && made.error().code == ErrorCode::kSuspended) {
      if (batch_.empty()) return suspended();
      break;
    }
    if (!made) {
      engine_.answer(queue_.front().call, fail(std::move(made).error()));
      queue_.pop_front();
    }
  }
  if (batch_.empty()) {
    busy_ = false;
  } else {
    commit_batch();
  }
  return {};
}

/// Makes the commits of the first waiting write on top of `record`, and moves it into the batch.
Status Writer::make(Write& write, LocalRecord& record) {
  Database& database = engine_.database();
  const KeyRing::Key* key = engine_.sealing_key();
  if (write.sealed_with && (!key || key->id != *write.sealed_with)) FIREPROOF_CHECK(encode(write));
  FIREPROOF_TRY(std::vector<PreparedCommit> commits,
                prepare_commit(database, record.heads, write.updates));
  for (const PreparedCommit& commit : commits) {
    std::size_t size = 0;
    for (const NewBlock& block : commit.blocks) size += block.data.size() + 128;
    if (size > kMaxBlocks) {
      return fail(ErrorCode::kInvalidDocument,
                  "this write needs a CAR of more than 256 MiB; write fewer documents at a time");
    }
  }
  Made made;
  for (const PreparedCommit& commit : commits) {
    std::vector<BlockView> views;
    views.reserve(commit.blocks.size());
    for (const NewBlock& block : commit.blocks) views.push_back({block.cid, block.data});
    CarHeader header{record.car_log(), {}, events_of(commit.heads)};
    SealedCar car = database.format().seal(header, views, key, engine_.entropy());
    engine_.sealer().note_made(car.name, std::move(header), commit.blocks);
    made.tail.push_back({car.name, commit.heads});
    append_commit({database, pending_, rows_}, std::move(car));
    record.tail.push_back(made.tail.back());
    record.heads = commit.heads;
  }
  rows_.insert(rows_.end(), write.files.begin(), write.files.end());
  made.write = std::move(queue_.front());
  queue_.pop_front();
  batch_.push_back(std::move(made));
  return {};
}

LocalRecord Writer::record_with_batch() const {
  LocalRecord record = engine_.record();
  const std::vector<HeadEvent> current = record.heads;
  for (const Made& made : batch_) {
    for (const StoredRow& file : made.write.files) record.files.push_back(file.key);
    for (const TailCommit& commit : made.tail) {
      record.heads = fork(current, base_, commit.heads);
      record.tail.push_back({commit.car, record.heads});
    }
  }
  return record;
}

void Writer::commit_batch() {
  Transaction transaction{record_with_batch(), {}, {}, {}};
  // Only a fork is committed again as it is.
  transaction.rows = attempts_ + 1 < kMaxAttempts ? std::exchange(rows_, {}) : rows_;
  const std::vector<HeadEvent>& current = engine_.record().heads;
  for (Made& made : batch_) {
    made.heads = fork(current, base_, made.tail.back().heads);
    transaction.steps.push_back(made.heads);
  }
  engine_.commit(std::move(transaction),
                 [this](Result<bool> stored) { receive(std::move(stored)); });
}

void Writer::receive(Result<bool> stored) {
  if (stored && !*stored) {
    if (++attempts_ >= kMaxAttempts && can_fork()) return commit_batch();
    // Made again on the head of whoever was faster, before those that came later.
    pending_.clear();
    rows_.clear();
    for (auto made = batch_.rbegin(); made != batch_.rend(); ++made)
      queue_.push_front(std::move(made->write));
    batch_.clear();
    busy_ = false;
    return pump();
  }
  attempts_ = 0;
  pending_.clear();
  rows_.clear();
  busy_ = false;
  for (const Made& made : std::exchange(batch_, {})) finish(made, stored);
  if (stored) engine_.sealer().note_commit();
  pump();
}

void Writer::finish(const Made& made, const Result<bool>& stored) {
  if (!stored) return engine_.answer(made.write.call, fail(stored.error()));
  std::string json = R"({"ids":[)";
  for (const Update& update : made.write.updates) {
    if (&update != &made.write.updates.front()) json.push_back(',');
    json::append_text(json, update.id);
  }
  engine_.answer(made.write.call,
                 json + R"(],"clock":)" + json::cid_list(events_of(made.heads)) + "}");
}

/// False if what was committed meanwhile shares no event with the batch, as after a rebase.
bool Writer::can_fork() const {
  const bool has_base = !base_.empty() || engine_.database().format().has_genesis();
  return has_base && history_ == engine_.history();
}

}  // namespace fireproof
