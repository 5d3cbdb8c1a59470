#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "documents/remote_state.hpp"
#include "formats/opened_car.hpp"

namespace fireproof {

/// Numbers that the host chooses for calls and connections, and the engine for reads, commits and transfers.
using CallId = std::uint32_t;
using ConnectionId = std::uint32_t;
using RequestId = std::uint32_t;
using TransferId = std::uint32_t;
/// A way to another engine, numbered by the transport of its connection.
using PeerId = std::uint32_t;

/// Milliseconds of the host's clock; only differences matter.
using Time = double;

/// A range of a stored row; `size` 0 means the whole row.
struct StoredRange {
  std::string table;  ///< "car" or "file"
  Cid key;
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

/// A row to be stored: its bytes, or those that a transfer brought and the host still holds.
struct StoredRow {
  std::string table;
  Cid key;
  std::variant<Bytes, TransferId> content;
};

/// A row to be deleted.
struct DeletedRow {
  std::string table;
  Cid key;
};

/// What the engine asks of its host.
namespace command {

/// Answer with RecordLoaded.
struct LoadRecord {};

/// Answer with RowsLoaded: all rows of a small table, "blocks" or "events".
struct LoadRows {
  std::string table;
};

/// Answer with RangesRead.
struct ReadRanges {
  RequestId request = 0;
  std::vector<StoredRange> ranges;
};

/// One transaction; answer with Committed. With a record: only if the stored version is `version`.
struct Commit {
  RequestId request = 0;
  std::uint64_t version = 0;
  std::optional<Bytes> record;
  std::vector<StoredRow> rows;
  std::vector<DeletedRow> deletes;
};

/// Answer with MetaReceived.
struct GetMeta {
  ConnectionId connection = 0;
  std::string etag;  ///< of the meta that is known; empty: none
};

/// Answer with CarReceived. The host keeps the bytes until ReleaseTransfer.
struct GetCar {
  ConnectionId connection = 0;
  TransferId transfer = 0;
  CarKind kind = CarKind::kData;
  Cid car;
};

/// Asks whether a remote has a CAR; answer with CarFound.
struct FindCar {
  ConnectionId connection = 0;
  TransferId transfer = 0;
  CarKind kind = CarKind::kData;
  Cid car;
};

/// Puts a stored CAR (table "car" or "file") to a remote; answer with CarSent.
struct PutCar {
  ConnectionId connection = 0;
  TransferId transfer = 0;
  CarKind kind = CarKind::kData;
  Cid car;
  bool if_absent = true;  ///< on the condition that there is none of this name
  bool look_first =
      false;  ///< ask whether there is one before, since the condition may not be observed
};

/// Finds out what a remote makes of conditions, by means of a CAR that it has and that is stored here; answer with
/// ConditionsProbed.
struct ProbeConditions {
  ConnectionId connection = 0;
  TransferId transfer = 0;
  Cid car;  ///< of table "car"
};

/// Puts a meta record to a remote; answer with MetaSent.
struct PutMeta {
  ConnectionId connection = 0;
  Bytes bytes;
  enum class Condition { kNone, kAbsent, kMatch } condition = Condition::kNone;
  std::string etag;  ///< with kMatch
};

struct ReleaseTransfer {
  TransferId transfer = 0;
};

/// Hands a frame to a transport, for one peer. Frames of one peer stay in order.
struct PeerSend {
  ConnectionId connection = 0;
  PeerId peer = 0;
  Bytes bytes;
};

/// Nothing more is said to this peer; no PeerClosed follows.
struct PeerClose {
  ConnectionId connection = 0;
  PeerId peer = 0;
};

/// Send Wake at this time; replaces the one before. None: no wake is needed.
struct WakeAt {
  std::optional<Time> time;
};

/// The end of a call: JSON text or an error, and bytes where the call gives some.
struct Answer {
  CallId call = 0;
  Result<std::string> json;
  std::optional<Bytes> bytes;
};

/// News for listeners: of a connection, or of the database (connection 0).
struct Notify {
  ConnectionId connection = 0;
  std::string type;  ///< "status", "progress", "change", "error", "synced", "loaded", "ready"
  std::string json;
};

}  // namespace command

using Command = std::variant<command::LoadRecord, command::LoadRows, command::ReadRanges,
                             command::Commit, command::GetMeta, command::GetCar, command::FindCar,
                             command::PutCar, command::ProbeConditions, command::PutMeta,
                             command::ReleaseTransfer, command::PeerSend, command::PeerClose,
                             command::WakeAt, command::Answer, command::Notify>;

/// What the host tells the engine. Failures of the host's I/O are errors with the code that users see.
namespace input {

struct RecordLoaded {
  std::uint64_t version = 0;
  std::optional<Bytes> record;  ///< none: a new database
};

struct RowsLoaded {
  std::string table;
  std::vector<std::pair<Cid, Bytes>> rows;
};

struct RangesRead {
  RequestId request = 0;
  std::vector<std::optional<Bytes>> ranges;  ///< in the order asked; none: no such row
};

struct Committed {
  RequestId request = 0;
  Result<bool> stored;  ///< false: the version was another one, nothing was written
};

/// Reading or opening the local store failed for good.
struct StorageFailed {
  Error error;
};

/// Somebody else, another tab, committed a record.
struct RecordChanged {};

struct MetaFound {
  std::vector<Bytes> records;
  std::string etag;
};
struct MetaUnchanged {};
struct MetaAbsent {};

struct MetaReceived {
  ConnectionId connection = 0;
  std::variant<MetaFound, MetaUnchanged, MetaAbsent, Error> reply;
  double retry_after = 0;  ///< milliseconds that the remote asked to wait
};

struct CarReceived {
  TransferId transfer = 0;
  Result<std::optional<Bytes>> bytes;  ///< none: the remote does not have it
  double retry_after = 0;
};

/// What became of a request to store something. Nothing was written but with kStored.
enum class Stored {
  kStored,
  kConditionFailed,  ///< of a CAR: there is one of that name. Of a meta: it is not the one that was read
  kUnsupported,  ///< the remote refuses requests with conditions
};

/// The end of an upload.
struct CarSent {
  TransferId transfer = 0;
  Result<Stored> stored;
  double retry_after = 0;
  std::uint64_t bytes = 0;  ///< its size
};

struct CarFound {
  TransferId transfer = 0;
  Result<bool> found;
};

struct ConditionsProbed {
  TransferId transfer = 0;
  Result<Conditions> conditions;  ///< without the time
};

struct MetaSent {
  ConnectionId connection = 0;
  Result<Stored> stored;
  std::string etag;  ///< of what was written; empty: not known
  double retry_after = 0;
};

/// How far a transfer is, in bytes; `total` 0 if it is not known.
struct CarProgress {
  TransferId transfer = 0;
  std::uint64_t bytes = 0;
  std::uint64_t total = 0;
};

/// Whether a transport can reach peers at all. Before the first, it is not known.
struct PeerLink {
  ConnectionId connection = 0;
  std::optional<Error> error;  ///< none: it can, and who is there was told
};

/// A transport has a way to another engine.
struct PeerOpened {
  ConnectionId connection = 0;
  PeerId peer = 0;
};

struct PeerReceived {
  ConnectionId connection = 0;
  PeerId peer = 0;
  Bytes bytes;  ///< one frame
};

struct PeerClosed {
  ConnectionId connection = 0;
  PeerId peer = 0;
};

struct Wake {};

/// A call of the public API, with arguments as JSON, and bytes that they refer to by number.
struct Call {
  CallId call = 0;
  std::string method;
  std::string arguments;
  std::vector<Bytes> blobs;
};

}  // namespace input

using Input =
    std::variant<input::RecordLoaded, input::RowsLoaded, input::RangesRead, input::Committed,
                 input::StorageFailed, input::RecordChanged, input::MetaReceived,
                 input::CarReceived, input::CarFound, input::CarSent, input::ConditionsProbed,
                 input::MetaSent, input::CarProgress, input::PeerLink, input::PeerOpened,
                 input::PeerReceived, input::PeerClosed, input::Wake, input::Call>;

}  // namespace fireproof
