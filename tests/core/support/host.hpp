// A host for the engine in memory: local storage, remotes and a clock that jumps to the next thing due.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "replicator/engine.hpp"
#include "support/random.hpp"

namespace fireproof::test {

class Host;

// Local storage that outlives the engines that use it.
struct Storage {
  std::uint64_t version = 0;
  std::optional<Bytes> record;
  std::map<std::string, std::map<std::string, Bytes>> tables;

  // What is stored, for other hosts: as a crash would leave it.
  [[nodiscard]] Storage copy() const { return {version, record, tables, {}}; }

  std::vector<Host*> hosts;  // those at work on it: they hear of each other's records
};

// What a remote holds: objects by the paths of the REST layout.
class Remote {
 public:
  explicit Remote(std::string database, std::string format)
      : database_(std::move(database)), format_(std::move(format)) {}

  // Loads the objects of a folder when they are asked for.
  void serve(const std::string& folder) { folder_ = folder; }
  // Puts an object in the place of the folder's; none: it is not there.
  void set(const std::string& path, std::optional<Bytes> bytes) {
    objects_[path] = std::move(bytes);
  }

  // Forgets every object.
  void clear() { objects_.clear(); }

  [[nodiscard]] std::string meta_path() const {
    return "meta/fp." + database_ + "." + format_ + "/main.json";
  }
  [[nodiscard]] std::string car_path(CarKind kind, const Cid& car) const;
  [[nodiscard]] std::optional<Bytes> get(const std::string& path) const;

  // Called before each request; may answer in the remote's place with an error.
  std::function<std::optional<Error>(const std::string& path)> before;
  // Called after each upload; may answer with an error although the object is stored.
  std::function<std::optional<Error>(const std::string& path)> after;
  // What it makes of conditions.
  Condition absent = Condition::kHonoured;
  Condition match = Condition::kHonoured;
  void set_conditions(Condition both) { absent = match = both; }
  // The ETag that it gives is never the one that it compares with, as behind some proxies.
  bool rewrites_etags = false;
  int requests = 0;
  int probes = 0;
  int looks = 0;
  int cars_put = 0;
  int metas_put = 0;
  int repeated_cars = 0;  // uploads, or attempts at one, of CARs that it had
  int unchanged = 0;      // metas that were known
  std::uint64_t bytes_put = 0;

  // Objects that are CARs.
  [[nodiscard]] int cars_held() const;

 private:
  std::string database_;
  std::string format_;
  std::string folder_;
  std::map<std::string, std::optional<Bytes>> objects_;
};

// What a host throws when its storage stops.
struct PowerLoss {};

class Host {
 public:
  Host(Storage& storage, const EngineOptions& options);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host();

  // A call of the engine, run until it is answered. Virtual time passes as far as needed, at most an hour.
  Result<std::string> call(const std::string& method, const std::string& arguments = "{}",
                           std::vector<Bytes> blobs = {});
  // The same, with the answer as JSON.
  Value json(const std::string& method, const std::string& arguments = "{}");
  // The bytes that came with the last answer that had some.
  Bytes answer_bytes;

  // Makes a remote known under a number, for the call "connect".
  void attach(Remote& remote, ConnectionId id) { remotes_[id] = &remote; }

  // Connects and runs until the first round has ended. Gives the error of that round, if it failed.
  std::optional<Error> connect(Remote& remote, ConnectionId id = 1);

  // Carries out commands until nothing is left but waiting.
  void run();

  // Lets this many milliseconds pass; whatever falls due in them happens.
  void pass(Time milliseconds);

  [[nodiscard]] Time now() const { return now_; }

  // Sets the clock, forward or back.
  void jump(Time milliseconds) { now_ += milliseconds; }

  // A call that is not waited for. Its answer, once it is there; null until then.
  CallId begin(const std::string& method, const std::string& arguments = "{}",
               std::vector<Bytes> blobs = {});
  [[nodiscard]] const command::Answer* answer(CallId call) const;

  // From now on nothing is carried out by itself, but by `step`: one command on storage, or the engine is told what came of
  // one, whichever the random numbers say. False if nothing is left.
  void hold() { holding_ = true; }
  bool step(Random& random);
  // Ends that: everything held back is carried out.
  void let_go();

  Engine& engine() { return *engine_; }

  // Tells the engine something that it did not ask for.
  void tell(Input input) { receive(std::move(input)); }
  // What it hands to transports.
  std::function<void(const command::PeerSend&)> on_peer_send;
  std::function<void(const command::PeerClose&)> on_peer_close;
  std::vector<command::Notify> news;
  // Called before each commit reaches storage.
  std::function<void()> before_commit;
  // Fails the next commits with this error.
  std::optional<Error> commit_error;
  // Throws PowerLoss at the commit with this number, counted from 0: before it, or when it is done and nobody knows.
  std::optional<std::uint64_t> stop_before;
  std::optional<std::uint64_t> stop_after;
  // What was carried out so far.
  std::uint64_t commits = 0;
  std::uint64_t bytes_read = 0;  // of CARs
  std::uint64_t rows_written = 0;
  std::uint64_t bytes_written = 0;  // of rows and records

 private:
  void receive(Input input);
  void reply(Input input);
  void collect();
  void carry_out(Command&& command);
  void carry_out(command::LoadRecord command);
  void carry_out(const command::LoadRows& command);
  void carry_out(const command::ReadRanges& command);
  void carry_out(command::Commit command);
  void carry_out(const command::GetMeta& command);
  void carry_out(const command::GetCar& command);
  void carry_out(const command::FindCar& command);
  void carry_out(const command::PutCar& command);
  void carry_out(const command::ProbeConditions& command);
  void carry_out(command::PutMeta command);
  void carry_out(command::ReleaseTransfer command);
  void carry_out(const command::PeerSend& command);
  void carry_out(const command::PeerClose& command);
  void carry_out(command::WakeAt command);
  void carry_out(command::Answer command);
  void carry_out(command::Notify command);

  Storage& storage_;
  std::unique_ptr<Engine> engine_;
  std::map<ConnectionId, Remote*> remotes_;
  std::map<TransferId, Bytes> transfers_;
  std::map<CallId, command::Answer> answers_;
  CallId next_call_ = 1;
  Time now_ = 1'000'000;
  std::optional<Time> wake_;
  bool holding_ = false;
  std::vector<Command> held_;   // not carried out yet
  std::vector<Input> replies_;  // carried out, and the engine was not told yet
};

// The bytes as a text; an ETag for tests.
std::string etag_of(ByteView bytes);

// An answer of get, allDocs or changes with its patches put in as `{"$bytes": …}` and `{"$bigint": …}`.
Value with_patches(Value answer);

}  // namespace fireproof::test
