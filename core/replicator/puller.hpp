#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "documents/adoption.hpp"
#include "replicator/engine.hpp"

namespace fireproof {

/// A download under way.
struct PullTransfer {
  Cid car;
  std::uint64_t bytes = 0;
  std::uint64_t total = 0;
};

/// What one round of a Puller knows.
struct PullRound {
  std::vector<MetaEntry> entries;
  std::string etag;
  std::size_t keys = 0;                                 // known when it began
  std::deque<Cid> queue;                                // to be downloaded
  std::unordered_map<Cid, int, CidHash> attempts;       // of every CAR that was ever queued
  std::map<TransferId, PullTransfer> transfers;         // under way
  std::size_t reading = 0;                              // held CARs whose headers are being read
  std::unordered_map<Cid, CarHeader, CidHash> headers;  // of CARs opened in this round
  std::vector<StoredRow> rows;                          // verified, not stored yet
  std::vector<TransferId> held_transfers;               // whose bytes `rows` refer to
  std::size_t unsaved_bytes = 0;
  std::optional<Error> failure;  // of the way to the remote: the round ends with it when the
  Time retry_after = 0;          // downloads under way have come in
  std::vector<Error> errors;
  bool saving = false;
  bool adopting = false;
};

/// Pulls from one remote, in rounds: conditional GET of its meta, then the CARs that are new in parallel, each opened and
/// verified as it arrives, then one adoption and one commit. What arrived whole is kept when a round fails, so that the next
/// one goes on from there. Failures are retried with backoff; a damaged CAR does not stop the others.
class Puller : public std::enable_shared_from_this<Puller> {
 public:
  struct Options {
    ConnectionId id = 0;
    std::string
        remote;     ///< what the remote is called in messages, and by which its ETag is remembered
    Time poll = 0;  ///< milliseconds between rounds; 0: only when asked, and retries
    std::size_t concurrency = 6;  ///< CAR downloads at a time
  };

  Puller(Engine& engine, Options options) : engine_(engine), options_(std::move(options)) {}
  Puller(const Puller&) = delete;
  Puller& operator=(const Puller&) = delete;
  ~Puller() { engine_.cancel_operations(this); }

  [[nodiscard]] ConnectionId id() const { return options_.id; }

  /// Begins a round, unless one is under way.
  void begin_round();

  /// The same, after a key was added: what was refused for want of it is looked at again.
  void begin_round_with_new_key();

  /// A round for a call that is answered at its end.
  void pull(CallId call);

  /// Nothing new is requested between these two; what is under way is kept.
  void pause();
  void resume();

  /// Ends everything; calls that wait fail with kClosed.
  void close();

  void receive_meta(input::MetaReceived&& meta);
  void receive_progress(const input::CarProgress& progress);

  /// When `wake` is wanted.
  [[nodiscard]] std::optional<Time> due() const { return paused_ ? std::nullopt : due_; }
  void wake();

  [[nodiscard]] std::string status_json() const;

 private:
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
  void read_header(const Cid& car);
  [[nodiscard]] bool is_newest(const Cid& car) const;
  void take_header(const Cid& car, const OpenedCar& opened);
  void launch();
  void receive_car(const Cid& car, input::CarReceived&& received);
  void take_car(const Cid& car, TransferId transfer, Bytes bytes);
  void retry_or_give_up(const Cid& car, Error error);
  void save_rows();
  void forget(const std::vector<StoredRow>& rows);
  void continue_round();
  Status adopt_entries();
  bool want_replaced_groups();
  void commit(LocalRecord record);
  void finish();
  void release(const std::vector<TransferId>& transfers);
  void store_rows(std::function<void(Result<bool>)> done);
  void abandon(Error error, Time retry_after);
  void end_round(std::optional<Error> error, Time retry_after);
  void set_state(std::string_view state);
  void notify(std::string_view type, std::string json);
  void notify_progress();
  [[nodiscard]] std::set<std::string> remote_head() const;

  Engine& engine_;
  Options options_;
  std::optional<PullRound> round_;
  std::uint64_t round_number_ = 0;
  bool paused_ = false;
  std::string state_ = "connecting";
  std::optional<Error> last_error_;
  std::optional<Time> due_;
  bool retrying_ = false;
  Backoff backoff_;
  /// A meta that cannot be taken over until it, or what is known here, changes: not fetched again.
  struct Refused {
    std::string etag;
    Error error;
  };
  std::optional<Refused> refused_;
  std::vector<CallId> waiting_calls_;
  bool loaded_ = false;
  std::vector<std::string> remote_head_;
  std::uint64_t pulled_cars_ = 0;
  std::uint64_t pulled_bytes_ = 0;
  // Of the round, for progress events; kept monotone.
  std::uint64_t round_cars_ = 0;
  std::uint64_t round_bytes_ = 0;
  std::uint64_t reported_bytes_ = 0;
};

}  // namespace fireproof
