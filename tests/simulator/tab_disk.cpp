// What a tab does at the disk of its device.
#include "simulator/fleet.hpp"
#include "simulator/tab.hpp"

namespace fireproof::simulator {
namespace {

constexpr Time kNewsAtMost = 200;

std::vector<Cid> files_of(const std::optional<Bytes>& record) {
  auto decoded = record ? LocalRecord::decode(*record) : fail(ErrorCode::kNotFound, {});
  return decoded ? std::move(decoded->files) : std::vector<Cid>();
}

}  // namespace

Time Tab::disk_time() { return world_.some_time(0.1, 30); }

void Tab::at_disk(std::function<Link::Answer()> work) {
  world_.after(disk_time(), alive_.lifetime(), [this, work = std::move(work)] {
    world_.after(disk_time(), alive_.lifetime(), work());
  });
}

void Tab::carry_out(command::LoadRecord /*command*/) {
  at_disk([this]() -> Link::Answer {
    return [this, loaded = input::RecordLoaded{device_.storage.version, device_.storage.record}] {
      files_read_ = files_of(loaded.record);
      receive(loaded);
    };
  });
}

void Tab::carry_out(command::LoadRows command) {
  at_disk([this, table = std::move(command.table)]() -> Link::Answer {
    input::RowsLoaded loaded{table, {}};
    for (const auto& [key, bytes] : device_.storage.tables[table])
      loaded.rows.emplace_back(*Cid::parse(key), bytes);
    return [this, loaded = std::move(loaded)] { receive(loaded); };
  });
}

void Tab::carry_out(command::ReadRanges command) {
  at_disk([this, command = std::move(command)]() -> Link::Answer {
    input::RangesRead read{command.request, {}};
    for (const StoredRange& range : command.ranges) {
      const auto& table = device_.storage.tables[range.table];
      const auto row = table.find(range.key.text());
      if (row == table.end()) {
        read.ranges.emplace_back();
        continue;
      }
      const ByteView bytes = row->second;
      read.ranges.emplace_back(
          copy_of(range.size == 0 ? bytes : bytes.subspan(range.offset, range.size)));
    }
    return [this, read = std::move(read)] { receive(read); };
  });
}

void Tab::carry_out(command::Commit command) {
  std::vector<ResolvedRow> rows;
  for (StoredRow& row : command.rows) {
    const auto* transfer = std::get_if<TransferId>(&row.content);
    rows.push_back({row.table, row.key,
                    transfer ? received_.at(*transfer) : std::get<Bytes>(std::move(row.content))});
  }
  command.rows.clear();
  at_disk([this, command = std::move(command), rows = std::move(rows)]() -> Link::Answer {
    auto stored = device_.commit(*this, command, rows);
    if (world_.tracing())
      world_.trace(name() + " commits on version " + std::to_string(command.version) + ": " +
                   (!stored   ? stored.error().message
                    : *stored ? "stored"
                              : "somebody was faster"));
    const bool done = stored && *stored;
    if (done && command.record) note_covering(*LocalRecord::decode(*command.record));
    return [this, record = done ? command.record : std::nullopt,
            reply = input::Committed{command.request, std::move(stored)}] {
      if (record) files_ = files_read_ = files_of(record);
      receive(reply);
    };
  });
}

void Tab::note_covering(const LocalRecord& record) {
  for (const auto& [store, connection] : connections_) {
    const auto state = record.remotes.find(remote_name(store));
    if (state != record.remotes.end() && !state->second.covered.empty())
      device_.looked_at[store] = std::max(connection.looked_at, connection.reads_of);
  }
}

void Tab::hear_of_change() {
  world_.after(world_.some_time(0, kNewsAtMost), alive_.lifetime(),
               [this] { receive(input::RecordChanged{}); });
}

}  // namespace fireproof::simulator
