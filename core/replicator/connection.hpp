#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "documents/adoption.hpp"
#include "replicator/engine.hpp"
#include "replicator/refusals.hpp"

namespace fireproof {

class Rebase;
class Resealing;
class Verification;

/// A CAR under way, in either direction.
struct Transfer {
  CarKind kind = CarKind::kData;
  Cid car;
  std::uint64_t bytes = 0;
  std::uint64_t total = 0;
};

/// What one round of a Connection knows.
struct Round {
  std::vector<MetaEntry> entries;
  std::string etag;
  std::optional<Digest> meta;                           // of the records that were read
  std::size_t keys = 0;                                 // known when it began
  std::deque<Cid> queue;                                // to be downloaded
  std::unordered_map<Cid, int, CidHash> attempts;       // of every CAR that was ever queued
  std::map<TransferId, Transfer> transfers;             // under way
  std::size_t reading = 0;                              // held CARs whose headers are being read
  std::unordered_map<Cid, CarHeader, CidHash> headers;  // of CARs opened in this round
  PendingCars pending;                                  // verified, maybe not stored yet
  std::vector<StoredRow> rows;             // of those that are not on the way to storage
  std::vector<TransferId> held_transfers;  // whose bytes `rows` refer to
  std::size_t unsaved_bytes = 0;
  std::unordered_set<Cid, CidHash> fetched;  // CARs that came from the remote in this round
  std::vector<CarGroup> replaced;            // by compactions, wanted because blocks were missing
  std::unordered_set<Cid, CidHash> known;    // newest CARs of entries that were adopted before
  MetaBase base;                             // what could not be read of its meta, and its shape
  MetaBase adopted_base;                     // what stays of its meta when another is written
  bool has_meta = false;                     // the meta was read in this round, or there is none
  bool absent = false;                       // there is none
  bool names_cars = false;                   // there is one that names something
  bool covers = false;                       // what the remote names holds the whole head of ours
  bool pulls_only = false;
  bool pushing = false;          // CARs and meta go out
  bool refused = false;          // a CAR that the meta needs
  bool advanced = false;         // a CAR came in or was confirmed
  bool sends_cars = false;       // between the seal and the meta of a push
  bool asks = true;              // for the meta
  std::optional<Error> failure;  // of the way to the remote: the round ends with it when the
  Time retry_after = 0;          // downloads under way have come in
  std::vector<Error> errors;
  std::size_t saves = 0;  // of rows, under way
  bool adopting = false;
  std::optional<SecretKey> remote_key;  // 0.14: that the meta gave
  std::shared_ptr<Rebase> rebase;       // under way
  std::shared_ptr<Resealing> resealing;
  bool damaged_meta = false;   // it cannot be read at all
  bool replaces_meta = false;  // and is damaged where it is stored: another is written in its place
  bool rolled_back = false;    // it is older than one that was seen before
  bool waiting = false;        // with the push, for what other remotes have
};

/// Replicates with one remote, in rounds.
///
/// Pull: conditional GET of its meta, then the CARs that are new in parallel, each opened and verified as it arrives, then one
/// adoption and one commit. What arrived whole is kept when a round fails, so that the next one goes on from there. Failures
/// are retried with backoff; a damaged CAR does not stop the others.
///
/// Push, if the remote does not hold the whole head: the tail is sealed, the CARs that the remote is not known to hold go out,
/// and when all are confirmed the meta that names them, on the condition that it is still the one that was merged. If it is
/// not: from the start. What is confirmed is remembered, so that nothing is sent twice. A fast-forward never writes.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  struct Options {
    ConnectionId id = 0;
    std::string
        remote;     ///< what the remote is called in messages, and by which its ETag is remembered
    Time poll = 0;  ///< milliseconds between rounds; 0: only when asked, and retries
    std::size_t concurrency = 6;  ///< CARs under way at a time
    bool pushes = false;          ///< false: what is written here stays here
    /// The remote can be asked to store only what is absent or unchanged. Whether it observes that is found out.
    bool conditional = false;
  };

  Connection(Engine& engine, Options options) : engine_(engine), options_(std::move(options)) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { engine_.cancel_operations(this); }

  [[nodiscard]] ConnectionId id() const { return options_.id; }
  [[nodiscard]] const std::string& remote() const { return options_.remote; }

  /// Begins a round, unless one is under way.
  void begin_round();

  /// The same, after a key was added: what was refused for want of it is looked at again.
  void begin_round_with_new_key();

  /// A round for a call that is answered at its end; `pulls_only` leaves out the push.
  void run_round_for(CallId call, bool pulls_only);

  /// Asks the remote for everything that it is believed to hold, one object after the other, and answers the call with
  /// `{"checked", "missing", "damaged", "repaired"}`: CIDs, and how many of them were sent again. `deep`: fetches each
  /// object and opens it, where otherwise the remote's word is taken. What is found missing or damaged makes `safe` false
  /// at once.
  void verify(CallId call, bool deep);

  /// Answers the call when the head of this moment is stored and confirmed at the remote, and the remote's head of this
  /// moment is applied here.
  void answer_when_synced(CallId call);

  /// To be called when the record has changed: what it lacks at the remote is sent soon.
  void note_change();

  /// To be called when the remote says that it has something else: a round at once, or after the one under way.
  void note_news();

  /// Nothing new is requested between these two; what is under way is kept.
  void pause();
  void resume();

  /// Ends everything; calls that wait fail with kClosed.
  void close();

  [[nodiscard]] bool is_paused() const { return paused_; }
  /// True if what is written goes out soon: nothing is known that stands in the way.
  [[nodiscard]] bool publishes() const { return options_.pushes && !paused_ && !last_error_; }
  /// True until it is known what the remote has, or that this cannot be known now.
  [[nodiscard]] bool is_looking() const { return !looked_ && !paused_; }
  /// To be called when `is_looking` of another connection has ended.
  void note_look_of_others();

  void receive_meta(input::MetaReceived&& meta);
  void receive_meta_sent(input::MetaSent&& sent);
  void receive_progress(const input::CarProgress& progress);

  /// When `wake` is wanted.
  [[nodiscard]] std::optional<Time> due() const { return paused_ ? std::nullopt : due_; }
  void wake();

  [[nodiscard]] std::string status_json() const;

 private:
  /// A `synced()` that waits.
  struct SyncedCall {
    CallId call = 0;
    std::uint64_t after = 0;      // the last round that began before the call
    std::uint64_t history = 0;    // Engine::history() that these are of
    std::vector<Cid> head;        // of the moment of the call
    std::vector<Cid> files;       // attachments that were not confirmed then
    std::uint64_t sealed_in = 0;  // the last round that sealed what the call waits for
    std::optional<Time>
        settles_at;       // from when on a look at the remote tells that the head is held
    bool pulled = false;  // what the remote had is applied here
    bool held = false;    // the remote holds the head
  };

  /// A callback that does nothing if by then this round has ended, or the connection is gone.
  template <typename Function>
  auto in_this_round(Function function) {
    return [weak = weak_from_this(), number = round_number_,
            function = std::move(function)](auto&&... arguments) {
      const auto self = weak.lock();
      if (self && self->round_ && self->round_number_ == number) {
        function(*self, std::forward<decltype(arguments)>(arguments)...);
      }
    };
  }

  void read_records(input::MetaFound&& found);
  Status take_keys(const Meta& meta);
  void want_entry(const MetaEntry& entry);
  void want(const Cid& car);
  void want_lost_cars();
  [[nodiscard]] bool names_our_log(const LocalRecord& record) const;
  [[nodiscard]] bool needs_unstored(const CarHeader& header) const;
  [[nodiscard]] Result<bool> remote_covers(const std::vector<Cid>& events);
  [[nodiscard]] Result<bool> covers(const std::vector<Cid>& head, const std::vector<Cid>& events);
  void note_base(Meta&& meta);
  void forget_remote();
  void read_header(const Cid& car);
  [[nodiscard]] bool is_newest(const Cid& car) const;
  void take_header(const Cid& car, const OpenedCar& opened);
  void launch();
  void receive_car(const Cid& car, input::CarReceived&& received);
  void take_car(const Cid& car, TransferId transfer, Bytes bytes);
  void retry_or_give_up(const Cid& car, Error error);
  void save_rows();
  void continue_round();
  Status adopt_entries();
  bool want_replaced_groups();
  void commit(LocalRecord record);
  void finish();
  void release(const std::vector<TransferId>& transfers);
  void store_rows(std::function<void(Result<bool>)> done);
  void abandon(Error error, Time retry_after);
  void end_with_errors();
  void end_round(std::optional<Error> error, Time retry_after);
  void set_state(std::string_view state);
  void notify(std::string_view type, std::string json);
  void reset_progress();
  void notify_progress();
  [[nodiscard]] std::vector<Cid> head_of_remote() const;

  // connection_rebase.cpp
  enum class Meeting {
    kRelated,  ///< merged as usual
    kForeign,  ///< ours is exchanged for it
    kRefused,  ///< left alone, for errors that were noted
  };
  [[nodiscard]] bool may_take_key(const SecretKey& key) const;
  [[nodiscard]] Error other_key_error() const;
  bool drop_exchanged(Meta& meta) const;
  Result<Meeting> meet();
  Status rebase();
  void finish_rebase(Result<bool> done);
  void settle_history(LocalRecord& record);
  [[nodiscard]] std::optional<Time> settles_at() const;
  void offer();
  [[nodiscard]] bool is_proven() const;
  [[nodiscard]] bool may_publish_first() const;
  [[nodiscard]] bool waits_for_others() const;
  void note_own_look();

  // connection_state.cpp
  [[nodiscard]] const RemoteState& remote_state() const;
  [[nodiscard]] std::deque<Transfer> unconfirmed() const;
  [[nodiscard]] bool is_safe() const;
  [[nodiscard]] bool is_lacking(const Cid& car) const;
  [[nodiscard]] bool covers_head() const;
  [[nodiscard]] bool has_work() const;
  [[nodiscard]] std::vector<Cid> parked() const;
  [[nodiscard]] std::optional<Time> next_offer() const;
  [[nodiscard]] bool can_push() const;

  // connection_push.cpp
  void push();
  void seal();
  void seal_again();
  void check_sealed();
  void send_cars();
  void push_later();
  void launch_uploads();
  void receive_car_sent(const Transfer& sent, input::CarSent&& reply);
  void refuse(const Transfer& sent, Error error);
  void compare_with_remote(const Transfer& sent);
  void confirm(const Transfer& sent);
  void continue_push();
  void end_refused();
  void send_meta();
  void begin_again();
  void finish_push(std::string etag);
  void save_confirmed(std::optional<RemoteState> state,
                      const std::function<void(Result<bool>)>& done);
  void schedule_push();

  // connection_synced.cpp
  void follow_history(SyncedCall& synced) const;
  void note_pull();
  void note_seal();
  void note_push();
  void note_covered();
  [[nodiscard]] bool is_fulfilled(const SyncedCall& synced) const;
  void answer_synced_calls();
  void look_for_synced_calls();

  // connection_verify.cpp
  [[nodiscard]] std::vector<Transfer> believed() const;
  void sample();
  void finish_verification(Result<bool> done);
  void note_lacking();
  void answer_verification();

  // connection_conditions.cpp
  [[nodiscard]] Conditions conditions() const;
  [[nodiscard]] bool needs_probe() const;
  [[nodiscard]] bool may_hide_another_key() const;
  void probe();
  void note_conditions(Conditions found);

  Engine& engine_;
  Options options_;
  std::optional<Round> round_;
  std::uint64_t round_number_ = 0;
  bool paused_ = false;
  std::string state_ = "connecting";
  std::optional<Error> last_error_;
  std::optional<Time> due_;
  bool retrying_ = false;
  bool hurried_ = false;  // a write has ended a wait since the last round that went well
  Backoff backoff_;
  /// A meta that cannot be taken over until it, or what is known here, changes: not fetched again.
  struct Refused {
    std::string etag;
    Error error;
  };
  std::optional<Refused> refused_;
  std::vector<CallId> waiting_calls_;
  std::vector<SyncedCall> synced_calls_;
  bool next_pulls_only_ = false;
  bool news_ = false;  // came during the round
  /// What the last meta that was seen in this session had to be kept of, and its ETag.
  std::optional<std::pair<std::string, MetaBase>> last_base_;
  // Uploads of the round, and those whose confirmation is not in the record yet.
  std::deque<Transfer> uploads_;
  std::vector<Cid> confirmed_;
  std::vector<Cid> pushed_head_;
  CarGroup pushed_group_;
  Bytes sent_meta_;
  Refusals refusals_;
  /// Metas of ours that were not taken because the one that they were made on was said to have changed, in a row.
  struct Conflicts {
    int times = 0;
    int on_same_meta = 0;  // the last so many, on one and the same
    std::optional<Digest> meta;
  };
  Conflicts conflicts_;
  std::shared_ptr<Verification> verification_;  // under way, or repairing
  std::optional<Digest> damaged_meta_;          // that was read last, if it was damaged
  std::unordered_set<Cid, CidHash> damaged_;    // at the remote: to be replaced
  Time sampled_at_ = -1e12;
  std::optional<Conditions> found_conditions_;  // not in the record yet
  bool relies_on_condition_ = false;            // of the meta under way
  bool proven_ = false;                         // a CAR of the remote was opened, or is ours
  std::uint64_t pushed_history_ = 0;            // Engine::history() of what is pushed
  std::size_t push_gap_ = 0;
  bool reported_safe_ = false;
  bool settles_ = false;     // the last push counts only when the meta was read back
  Time settles_at_ = -1e12;  // from this moment on
  std::optional<Time>
      offered_at_;         // when a meta of a provisional history was written, or seen first
  bool settling_ = false;  // and whether it has to be seen once more
  bool looked_ = false;    // a pull has ended
  Time last_change_ = -1e12;
  bool loaded_ = false;
  std::vector<Cid> remote_head_;
  std::uint64_t pulled_cars_ = 0;
  std::uint64_t pulled_bytes_ = 0;
  std::uint64_t pushed_cars_ = 0;
  std::uint64_t pushed_bytes_ = 0;
  // Of the round, for progress events; kept monotone.
  std::uint64_t round_cars_ = 0;
  std::uint64_t round_bytes_ = 0;
  std::uint64_t reported_bytes_ = 0;
  std::uint64_t reported_total_ = 0;
  std::uint64_t reported_cars_ = 0;
};

}  // namespace fireproof
