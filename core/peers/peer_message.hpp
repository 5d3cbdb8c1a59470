#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "formats/opened_car.hpp"
#include "ipld/value.hpp"

/// The messages of a peer session, and their bytes (docs/peer-protocol.md, section 3).
namespace fireproof::peer {

/// The version of the protocol that is spoken here.
constexpr std::uint64_t kVersion = 1;

/// Bytes of an engine's id, and of a nonce.
constexpr std::size_t kIdSize = 16;

/// The first message of each side.
struct Hello {
  std::uint64_t oldest = kVersion;  ///< versions that are spoken, from
  std::uint64_t newest = kVersion;  ///< and to
  std::string format;               ///< "0.14" or "0.24"
  Bytes engine;                     ///< kIdSize random bytes, chosen once for each connection
  Bytes nonce;                      ///< kIdSize random bytes, never used twice
  std::uint64_t frame = 0;          ///< the largest frame that is taken, in bytes
  bool keeps = false;               ///< what is `held` here is a safe place
};

/// That the sender knows the key of the database.
struct Proof {
  Bytes proof;
};

/// What the sender has: its meta record, and CARs that the receiver is likely to want, whole.
struct Meta {
  Bytes record;
  bool settled = false;  ///< the history is not exchanged for another one any more
  std::vector<std::pair<Cid, Bytes>> cars;
};

/// Asks for a CAR. Every want ends with the last chunk or with `None`.
struct Want {
  std::uint32_t id = 0;
  CarKind kind = CarKind::kData;
  Cid car;
};

/// The sender does not need what it wanted by this number any more.
struct Cancel {
  std::uint32_t id = 0;
};

/// The next part of a CAR.
struct Chunk {
  std::uint32_t id = 0;
  Bytes bytes;
  bool last = false;
};

/// The CAR is not there, or was not needed any more.
struct None {
  std::uint32_t id = 0;
};

/// So many bytes of frames were taken: as many more may come.
struct Credit {
  std::uint64_t bytes = 0;
};

/// The head up to which the sender has stored everything.
struct Held {
  std::vector<Cid> clock;
};

/// A value of the application, which nobody stores: JSON.
struct Ephemeral {
  Bytes value;
};

/// The end of a session, and why.
struct Bye {
  std::string code;
  std::string text;
};

using Message =
    std::variant<Hello, Proof, Meta, Want, Cancel, Chunk, None, Credit, Held, Ephemeral, Bye>;

/// The DAG-CBOR of a message. Equal messages give equal bytes.
Bytes encode(const Message& message);

/// Decodes a message. Members that are not known are passed over. Fails with kInvalidArgument and what is wrong.
Result<Message> decode(ByteView bytes);

}  // namespace fireproof::peer
