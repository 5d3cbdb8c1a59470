#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "documents/database.hpp"
#include "documents/local_record.hpp"
#include "ipld/value.hpp"
#include "replicator/backoff.hpp"
#include "replicator/block_loader.hpp"
#include "replicator/messages.hpp"

namespace fireproof {

class Puller;
class FileReader;

/// How a database is opened.
struct EngineOptions {
  std::string format = "0.24";
  bool is_public = false;
  std::string key;         ///< hex or base58; empty: the stored one, else the remote's
  std::uint64_t seed = 0;  ///< random, from the host
  std::size_t cache_budget = std::size_t{64} << 20;  ///< bytes of blocks kept in memory
};

/// One open database with its connections: a state machine. It is told things with `receive` and says what it wants done
/// with `take_commands`; it never waits, does no I/O and has no clock. Runs on one thread.
class Engine {
 public:
  /// Fails with kUnsupportedFormat or kInvalidKey.
  static Result<std::unique_ptr<Engine>> create(const EngineOptions& options);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  /// Begins opening; calls may be made at once and wait for it.
  void start();

  void receive(Input input, Time now);

  /// The commands since the last call, in order.
  std::vector<Command> take_commands() { return std::exchange(commands_, {}); }

  // What connections and file readers build on.

  [[nodiscard]] Database& database() { return database_; }
  [[nodiscard]] const LocalRecord& record() const { return record_; }
  [[nodiscard]] Time now() const { return now_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] const BlockLoader& loader() const { return loader_; }

  void send(Command command) { commands_.push_back(std::move(command)); }
  void answer(CallId call, Result<std::string> json) {
    send(command::Answer{call, std::move(json), {}});
  }

  /// Runs `run` now and again whenever blocks that it was waiting for are loaded, until it does not fail with kSuspended.
  /// `run` handles its other errors itself. `fail` is called instead if a block that it needs is nowhere.
  struct Operation {
    const void* owner = nullptr;  ///< for `cancel`
    std::function<Status()> run;
    std::function<void(Error)> fail;
  };
  void start_operation(Operation operation);
  void cancel_operations(const void* owner);

  /// Reads whole rows; the callback gets them in order.
  using OnRead = std::function<void(std::vector<std::optional<Bytes>>)>;
  void read(std::vector<StoredRange> ranges, OnRead done);

  /// Writes rows, and `record` with the keys of the key ring if there is one, based on the record that the engine has. The callback gets false if somebody
  /// else committed in between; the engine has then loaded what they wrote.
  using OnCommit = std::function<void(Result<bool>)>;
  void commit(std::optional<LocalRecord> record, std::vector<StoredRow> rows, OnCommit done);

  /// The connection with the next higher number, to ask one after the other; 0 is before the first. Nothing: none left.
  [[nodiscard]] std::optional<ConnectionId> connection_after(ConnectionId previous) const;

  /// Asks a connection for a CAR. Whoever gets the bytes sends ReleaseTransfer when the host may forget them.
  TransferId get_car(ConnectionId connection, CarKind kind, const Cid& car,
                     std::function<void(input::CarReceived&&)> done);

  /// Stops a transfer, or lets the host forget what it brought.
  void release(TransferId transfer);

  /// Makes a key known that a remote gave; false if the database has another one already.
  bool adopt_key(const SecretKey& key);
  [[nodiscard]] bool is_public() const { return options_.is_public; }

 private:
  explicit Engine(const EngineOptions& options, const Format& format);

  void handle(input::RecordLoaded&& loaded);
  void handle(input::RowsLoaded&& loaded);
  void handle(input::RangesRead&& read);
  void handle(input::Committed&& committed);
  void handle(input::StorageFailed&& failed);
  void handle(input::RecordChanged&& changed);
  void handle(input::MetaReceived&& meta);
  void handle(input::CarReceived&& car);
  void handle(input::CarProgress&& progress);
  void handle(input::Wake&& wake);
  void handle(input::Call&& request);

  Status open_record(const std::optional<Bytes>& bytes);
  void opened();
  void reload(std::function<void()> done);
  void replace_record(LocalRecord record);
  void call(CallId id, const std::string& method, const Value& arguments);
  void add_key(CallId id, const SecretKey& key);
  void call_read(CallId id, std::function<Result<std::string>()> question);
  void call_connection(CallId id, const std::string& method, const Value& arguments);
  void run_operations();
  bool run_operation(Operation& operation);
  void schedule_wake();

  EngineOptions options_;
  Database database_;
  Random random_;
  Time now_ = 0;
  std::vector<Command> commands_;

  enum class State { kLoading, kOpen, kFailed } state_ = State::kLoading;
  Error failure_;
  std::vector<input::Call> waiting_calls_;
  LocalRecord record_;
  std::uint64_t version_ = 0;
  bool reload_pending_ = false;
  std::vector<std::function<void()>> reload_waiters_;

  BlockLoader loader_;
  std::list<Operation> operations_;
  bool operations_dirty_ = false;
  bool loading_events_ = false;

  RequestId next_request_ = 1;
  std::map<RequestId, OnRead> reads_;
  struct PendingCommit {
    std::optional<LocalRecord> record;
    OnCommit done;
  };
  std::map<RequestId, PendingCommit> commits_;
  TransferId next_transfer_ = 1;
  std::map<TransferId, std::function<void(input::CarReceived&&)>> transfers_;

  std::map<ConnectionId, std::shared_ptr<Puller>> connections_;
  std::optional<Time> wake_at_;
};

}  // namespace fireproof
