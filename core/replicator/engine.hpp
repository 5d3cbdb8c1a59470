#pragma once

#include <array>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "documents/database.hpp"
#include "documents/local_record.hpp"
#include "documents/pending_cars.hpp"
#include "ipld/value.hpp"
#include "replicator/backoff.hpp"
#include "replicator/block_loader.hpp"
#include "replicator/messages.hpp"

namespace fireproof {

class Connection;
class PeerRoom;
class Sealer;
class Writer;

/// How a database is opened.
struct EngineOptions {
  std::string format = "0.24";
  bool is_public = false;
  std::string key;  ///< hex or base58; empty: the stored one, else the remote's
  std::array<std::uint8_t, Entropy::kSeedSize> entropy{};  ///< random, from the host
  std::size_t cache_budget = std::size_t{64} << 20;        ///< bytes of blocks kept in memory
  std::size_t save_every = std::size_t{8} << 20;  ///< bytes of fetched CARs until they are stored
  std::size_t seal_after = 32;      ///< commits that the tail may have before it is sealed
  std::size_t compact_after = 100;  ///< groups that the log may have before a seal compacts it
};

/// What is written in one step, all or nothing.
struct Transaction {
  /// The new record. The keys of the key ring are put into it.
  std::optional<LocalRecord> record;
  std::vector<StoredRow> rows;
  /// Those of CARs that the record names stay; the others are forgotten as soon as they are gone.
  std::vector<DeletedRow> deletes;
  /// Heads on the way to that of the record, which listeners are told of one by one.
  std::vector<std::vector<HeadEvent>> steps;
  /// The key that seals from then on, if it is to be another one.
  std::optional<SecretKey> sealing_key = std::nullopt;
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
  /// Milliseconds that never go back, although the host's clock may.
  [[nodiscard]] Time now() const { return now_; }
  /// What the host's clock shows at that moment.
  [[nodiscard]] Time host_time(Time time) const { return time - clock_setback_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] const BlockLoader& loader() const { return loader_; }
  /// How often operations ran so far: what tests hold against their number.
  [[nodiscard]] std::uint64_t operation_runs() const { return operation_runs_; }

  void send(Command command);
  void answer(CallId call, Result<std::string> json) {
    send(command::Answer{call, std::move(json), {}});
  }

  /// Runs `run` now and again whenever blocks that it was waiting for are loaded, until it does not fail with kSuspended.
  /// `run` handles its other errors itself. `fail` is called instead if a block that it needs is nowhere.
  struct Operation {
    const void* owner = nullptr;  ///< for `cancel`
    std::function<Status()> run;
    std::function<void(Error)> fail;
    /// A block was nowhere: runs again after this many reloads, for the last time if they bring no other record.
    std::uint64_t waits_for = 0;
    std::uint64_t failed_at = 0;  ///< version of the record then
    std::vector<Cid> wants{};     ///< blocks that it asked for when it ran last
    bool wants_events = false;    ///< or the event index
  };
  void start_operation(Operation operation);
  void cancel_operations(const void* owner);

  /// Reads whole rows; the callback gets them in order.
  using OnRead = std::function<void(std::vector<std::optional<Bytes>>)>;
  void read(std::vector<StoredRange> ranges, OnRead done);

  /// Carries out a transaction whose record, if there is one, is based on the one that the engine has. The callback gets
  /// false if somebody else committed in between; the engine has then loaded what they wrote.
  using OnCommit = std::function<void(Result<bool>)>;
  void commit(Transaction transaction, OnCommit done);

  /// Loads what other tabs had committed when this was called, or more, then calls `done`.
  void reload(std::function<void()> done);

  /// The key that seals, made now if the database has none yet; null if it is public.
  const KeyRing::Key* sealing_key();
  [[nodiscard]] Entropy& entropy() { return entropy_; }
  [[nodiscard]] const EngineOptions& options() const { return options_; }
  Sealer& sealer() { return *sealer_; }

  /// True if what is written goes out to a remote soon, as far as is known.
  [[nodiscard]] bool publishes() const;

  /// The connection with the next higher number that is not paused, to ask one after the other; 0 is before the first.
  /// Nothing: none left.
  [[nodiscard]] std::optional<ConnectionId> connection_after(ConnectionId previous) const;

  /// True if the caller is to fetch an attachment CAR, and to say `end_file_fetch` then. False: somebody does so already, and
  /// `later` is called when that has ended.
  bool begin_file_fetch(const Cid& car, std::function<void()> later);
  void end_file_fetch(const Cid& car);

  /// Asks a connection for a CAR. Whoever gets the bytes sends ReleaseTransfer when the host may forget them.
  TransferId get_car(ConnectionId connection, CarKind kind, const Cid& car,
                     std::function<void(input::CarReceived&&)> done);

  /// Asks a connection whether its remote has a CAR.
  TransferId find_car(ConnectionId connection, CarKind kind, const Cid& car,
                      std::function<void(input::CarFound&&)> done);

  /// Sends a stored CAR to a connection, under a number that is given here.
  TransferId put_car(command::PutCar upload, std::function<void(input::CarSent&&)> done);

  /// Asks a connection what its remote makes of conditions, by means of this CAR of ours.
  TransferId probe(ConnectionId connection, const Cid& car,
                   std::function<void(input::ConditionsProbed&&)> done);

  /// Stops a transfer, or lets the host forget what it brought.
  void release(TransferId transfer);

  /// Makes a key that a remote gave the one that seals; false if the database has another one already.
  bool adopt_key(const SecretKey& key);
  [[nodiscard]] bool is_public() const { return options_.is_public; }

  /// The key that the database was opened with; none if that was left to what is stored, or to the remote.
  [[nodiscard]] const std::optional<SecretKey>& given_key() const { return given_key_; }

  /// How often the history was exchanged for another one since the engine was made: what was made on an older one is void.
  [[nodiscard]] std::uint64_t history() const { return history_; }

  /// True if a connection is attached to this remote.
  [[nodiscard]] bool is_connected(std::string_view remote) const;
  /// True if a connection other than `self` has not seen yet what its remote has.
  [[nodiscard]] bool others_are_looking(const Connection* self) const;
  /// To be called when a connection has seen it, or stops trying.
  void note_look();

  /// To be called when the remote of a connection says by itself that it has something else.
  void note_news(ConnectionId connection);
  /// The peers that are the remote of a connection; null if it has another remote.
  [[nodiscard]] const PeerRoom* peers_of(ConnectionId connection) const;

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
  void handle(input::CarFound&& found);
  void handle(input::CarSent&& sent);
  void handle(input::ConditionsProbed&& probed);
  void handle(input::MetaSent&& sent);
  void handle(input::CarProgress&& progress);
  void handle(input::PeerLink&& link);
  void handle(input::PeerOpened&& opened);
  void handle(input::PeerReceived&& received);
  void handle(input::PeerClosed&& closed);
  void handle(input::Wake&& wake);
  void handle(input::Call&& request);

  Status open_record(const std::optional<Bytes>& bytes);
  void opened();
  void open_cars(std::vector<Cid> cars, std::function<void(const Cid&, OpenedCar*)> take,
                 std::function<void()> done);
  void take_cars(std::vector<Cid> cars, std::function<void()> done);
  void take_events(std::vector<Cid> cars);
  void load_new_rows(LocalRecord record, std::uint64_t version);
  void finish_reload(LocalRecord record, std::uint64_t version);
  void take_over(LocalRecord record);
  void end_reload();
  void replace_record(LocalRecord record, std::vector<std::vector<HeadEvent>> steps = {});
  Status take_stored_keys(const LocalRecord& record);
  void choose_key();
  void follow_keys();
  void announce_rebase();
  void call(input::Call&& request, Value arguments);
  bool call_reading(CallId id, const std::string& method, const Value& arguments);
  bool call_key(CallId id, const std::string& method, const Value& arguments);
  void export_key(CallId id);
  /// What a reading call asks of the state at a head.
  using Question = std::function<Result<std::string>(const std::vector<HeadEvent>&)>;
  void at_heads(CallId id, const Value& arguments, const Question& question);
  void at_events(CallId id, std::vector<Cid> events, const Question& question);
  void compact(CallId id);
  void replica(CallId id);
  void read_car(CallId id, const Value& arguments);
  struct Size {
    std::size_t cars = 0;
    std::size_t bytes = 0;
  };
  [[nodiscard]] Size log_size() const;
  void add_key(CallId id, const SecretKey& key);
  void call_read(CallId id, std::function<Result<std::string>()> question);
  void connect(CallId id, ConnectionId number, const Value& arguments);
  void call_connection(CallId id, const std::string& method, const Value& arguments);
  void open_room(ConnectionId number, const std::string& remote, const Value& arguments);
  void close_room(ConnectionId number);
  void call_room(CallId id, ConnectionId number, const std::string& value);
  bool take_for_peers(Command& command);
  bool hear_peers();
  void run_operations();
  [[nodiscard]] bool is_waiting(Operation& operation) const;
  bool run_operation(Operation& operation);
  void schedule_wake();

  EngineOptions options_;
  Database database_;
  Entropy entropy_;
  Random random_;
  std::optional<SecretKey> unsaved_key_;  // made here, and in no record yet
  std::optional<SecretKey> given_key_;
  std::uint64_t history_ = 0;
  Time now_ = 0;
  Time clock_setback_ = 0;  // by how much the host's clock went back
  std::vector<Command> commands_;

  enum class State { kLoading, kOpen, kFailed } state_ = State::kLoading;
  Error failure_;
  std::vector<input::Call> waiting_calls_;
  std::set<CallId> open_calls_;  // that have no answer yet
  LocalRecord record_;
  std::uint64_t version_ = 0;
  bool changed_while_loading_ = false;
  bool reload_pending_ = false;
  std::uint64_t reloads_ = 0;     // that have ended
  std::uint64_t incomplete_ = 0;  // version of the last record that named CARs without rows
  std::vector<std::function<void()>> reload_waiters_;
  std::vector<std::function<void()>> next_reload_waiters_;  // came while one was under way

  BlockLoader loader_;
  std::list<Operation> operations_;
  bool operations_dirty_ = false;
  std::uint64_t operation_runs_ = 0;
  bool loading_events_ = false;

  RequestId next_request_ = 1;
  std::map<RequestId, OnRead> reads_;
  struct PendingCommit {
    std::uint64_t version = 0;
    std::optional<LocalRecord> record;
    std::vector<Cid> cars;  // that it stores
    PendingCars pending;    // those
    std::vector<Cid> gone;  // whose rows it deletes
    std::vector<std::vector<HeadEvent>> steps;
    OnCommit done;
  };
  std::map<RequestId, PendingCommit> commits_;
  TransferId next_transfer_ = 1;
  std::map<TransferId, std::function<void(input::CarReceived&&)>> downloads_;
  std::unordered_map<Cid, std::vector<std::function<void()>>, CidHash>
      file_fetches_;  // who waits for each
  std::map<TransferId, std::function<void(input::CarFound&&)>> searches_;
  std::map<TransferId, std::function<void(input::CarSent&&)>> uploads_;
  std::map<TransferId, std::function<void(input::ConditionsProbed&&)>> probes_;

  std::map<ConnectionId, std::shared_ptr<Connection>> connections_;
  std::map<ConnectionId, std::shared_ptr<PeerRoom>> rooms_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Sealer> sealer_;
  std::optional<Time> wake_at_;
};

}  // namespace fireproof
