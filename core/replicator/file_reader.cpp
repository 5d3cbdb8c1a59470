#include "replicator/file_reader.hpp"

#include "formats/unixfs.hpp"

namespace fireproof {

void FileReader::start(Engine& engine, CallId call, std::vector<Cid> cars, const Cid& file) {
  const std::shared_ptr<FileReader> reader(new FileReader(engine, call, std::move(cars), file));
  reader->look_in_storage();
}

void FileReader::look_in_storage() {
  if (next_car_ == cars_.size()) return answer(fail(last_error_));
  engine_.read({{"file", cars_[next_car_], 0, 0}}, [self = shared_from_this()](auto ranges) {
    if (!ranges.empty() && ranges[0]) {
      auto content = self->extract(std::move(*ranges[0]));
      if (content) return self->answer(std::move(content));
      self->last_error_ = std::move(content).error();
    }
    self->ask_remotes();
  });
}

void FileReader::ask_remotes() {
  const bool is_ours = engine_.begin_file_fetch(
      cars_[next_car_], [self = shared_from_this()] { self->look_in_storage(); });
  if (is_ours) ask_remote_after(0);
}

void FileReader::ask_remote_after(ConnectionId previous) {
  const auto connection = engine_.connection_after(previous);
  if (!connection) {
    engine_.end_file_fetch(cars_[next_car_++]);
    return look_in_storage();
  }
  engine_.get_car(*connection, CarKind::kFile, cars_[next_car_],
                  [self = shared_from_this(), connection](input::CarReceived&& received) {
                    self->receive(*connection, std::move(received));
                  });
}

void FileReader::receive(ConnectionId from, input::CarReceived&& received) {
  const TransferId transfer = received.transfer;
  const auto next = [&] {
    engine_.release(transfer);
    ask_remote_after(from);
  };
  if (!received.bytes) {
    last_error_ = std::move(received.bytes).error();
    return next();
  }
  if (!*received.bytes) return next();
  auto content = extract(std::move(**received.bytes));
  if (!content) {
    last_error_ = std::move(content).error();
    return next();
  }
  std::vector<StoredRow> rows;
  rows.push_back({"file", cars_[next_car_], transfer});
  engine_.commit({{}, std::move(rows), {}, {}}, [self = shared_from_this(), transfer,
                                                 content = std::move(*content)](auto) mutable {
    // Not being able to keep a copy is no reason to withhold the content.
    self->engine_.release(transfer);
    self->answer(std::move(content));
    self->engine_.end_file_fetch(self->cars_[self->next_car_]);
  });
}

Result<Bytes> FileReader::extract(Bytes stored) const {
  Database& database = engine_.database();
  FIREPROOF_TRY(const OpenedCar car, database.format().open(cars_[next_car_], std::move(stored),
                                                            database.keys(), CarKind::kFile));
  return unixfs::read(file_, [&](const Cid& cid) -> std::optional<ByteView> {
    for (const OpenedBlock& block : car.blocks) {
      if (block.cid == cid) return block.data;
    }
    return std::nullopt;
  });
}

void FileReader::answer(Result<Bytes> content) {
  if (!content) return engine_.answer(call_, fail(std::move(content).error()));
  engine_.send(command::Answer{call_, "{}", std::move(*content)});
}

}  // namespace fireproof
