// A tab: one engine, and the host that carries out its commands on the device's disk and over the device's links. Whatever
// it asks takes time, and is answered in another order than it was asked.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "replicator/engine.hpp"
#include "simulator/disk_watch.hpp"
#include "simulator/link.hpp"
#include "simulator/traffic_watch.hpp"
#include "simulator/world.hpp"

namespace fireproof::simulator {

class Device;

class Tab {
 public:
  using OnAnswer = std::function<void(const command::Answer&)>;

  Tab(Device& device, int number);
  Tab(const Tab&) = delete;
  Tab& operator=(const Tab&) = delete;
  ~Tab();

  void start();
  [[nodiscard]] std::string name() const;

  // Attaches a store of the device; `disconnect` ends that.
  void connect(int store);
  void disconnect(int store);
  [[nodiscard]] bool is_connected(int store) const { return connections_.contains(store); }

  void call(const std::string& method, const std::string& arguments, OnAnswer on_answer,
            std::vector<Bytes> blobs = {});
  // A call of the connection to a store: "refresh", "pull", "push", "pause", "resume".
  void call_connection(const std::string& method, int store, OnAnswer on_answer = {});
  // `synced()`, whose promise is checked when it is kept.
  void sync(int store);
  // Reads a document, or all of them: that must go well at any moment.
  void read(const std::optional<std::string>& id);
  // Writes documents; what was acknowledged is held against the disk from then on.
  void write(const std::string& arguments, std::vector<WrittenDocument> documents,
             std::vector<Bytes> blobs = {});

  // Another tab of the device has committed.
  void hear_of_change();

  // Calls that were not answered yet.
  [[nodiscard]] std::size_t open_calls() const { return calls_.size(); }
  [[nodiscard]] std::string describe_open_calls() const;

 private:
  // A connection to one store: its number, and what is known of it.
  struct Attached {
    ConnectionId id = 0;
    TrafficWatch traffic;
    Time looked_at = 0;  // when the store had the meta that is known last
    Time reads_of = 0;   // the same of one that is being read
  };
  struct OpenCall {
    std::string method;
    Time since = 0;
    OnAnswer on_answer;
  };
  struct Transfer {
    int store = 0;
    CarKind kind = CarKind::kData;
    Cid car;
  };

  void receive(Input input);
  void carry_out(command::LoadRecord command);
  void carry_out(command::LoadRows command);
  void carry_out(command::ReadRanges command);
  void carry_out(command::Commit command);
  void carry_out(command::GetMeta command);
  void carry_out(command::GetCar command);
  void carry_out(command::FindCar command);
  void carry_out(command::PutCar command);
  void carry_out(command::ProbeConditions command);
  void carry_out(command::PutMeta command);
  void carry_out(command::ReleaseTransfer command);
  void carry_out(command::WakeAt command);
  void carry_out(command::Answer command);
  void carry_out(const command::Notify& command);
  // Fleets have no rooms of peers.
  [[noreturn]] void carry_out(const command::PeerSend& command);
  [[noreturn]] void carry_out(const command::PeerClose& command);

  // Does something at the disk after a while, and tells the engine what came of it after another.
  Time disk_time();
  void at_disk(std::function<Link::Answer()> work);
  void send(int store, const std::string& what, std::function<Link::Answer()> at_store,
            std::function<void(Error, Time)> failed);
  [[nodiscard]] int store_of(ConnectionId connection) const;
  // The connection with this number, if it is still there.
  Attached* attached(ConnectionId connection);
  void end_transfer(TransferId transfer);
  void upload(const command::PutCar& command, Bytes bytes);
  void check_safe(ConnectionId connection);
  void note_change(const std::string& json);
  void note_covering(const LocalRecord& record);

  Device& device_;
  World& world_;
  int number_;
  std::unique_ptr<Engine> engine_;
  CallId next_call_ = 1;
  ConnectionId next_connection_ = 1;
  std::uint64_t alarm_ = 0;
  EventSet known_;                       // acknowledged writes that the engine has taken over
  std::vector<Cid> files_;               // attachments of the record that it has
  std::vector<Cid> files_read_;          // of the one that it was given and may not have taken over
  std::map<int, Attached> connections_;  // by store
  std::map<CallId, OpenCall> calls_;
  std::map<TransferId, Transfer> under_way_;
  std::map<TransferId, Bytes> received_;
  Alive alive_;  // last: what is planned ends first
};

}  // namespace fireproof::simulator
