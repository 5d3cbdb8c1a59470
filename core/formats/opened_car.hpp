#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "car/car.hpp"

namespace fireproof {

/// The CARs that one commit wrote; normally one.
using CarGroup = std::vector<Cid>;

/// The header block of a data CAR (format pages 0.14 section 4.3, 0.24 section 3.2).
struct CarHeader {
  std::vector<CarGroup> cars;     ///< the car log before this CAR, newest first
  std::vector<CarGroup> compact;  ///< the groups that this CAR replaces
  std::vector<Cid> head;          ///< the database head after this CAR
};

/// How the bytes of a stored CAR hold its blocks.
enum class Sealing : std::uint8_t {
  kPlain = 0,   ///< as they are
  kWhole = 1,   ///< 0.24: the whole CAR is one AES-GCM message
  kBlocks = 2,  ///< 0.14: each block is an AES-GCM message of its own
};

/// Where block contents begin, for reading single blocks out of a stored CAR later.
struct CarLayout {
  Sealing sealing = Sealing::kPlain;
  std::uint32_t payload_start =
      0;  ///< kWhole: offset of the ciphertext in the stored bytes, else 0
};

/// A verified block, and where its stored form lies.
struct OpenedBlock {
  Cid cid;
  ByteView data;  ///< plaintext, borrowed from OpenedCar::bytes
  std::uint32_t stored_offset = 0;
  std::uint32_t stored_size = 0;
};

/// A CAR whose name, tag and every block were checked.
struct OpenedCar {
  Bytes bytes;
  std::vector<OpenedBlock> blocks;
  std::vector<Cid> roots;  ///< of the plaintext CAR; of an encrypted 0.14 CAR the decrypted root
  std::optional<CarHeader> header;
  CarLayout layout;
};

/// A block to be written, borrowed.
struct BlockView {
  Cid cid;
  ByteView data;
};

/// A CAR that was made here.
struct SealedCar {
  Cid name;
  Bytes stored;      ///< as storage and remotes keep it
  OpenedCar opened;  ///< as opening `stored` would give it
};

enum class CarKind {
  kData,  ///< of a commit
  kFile,  ///< attachments
};

/// Largest CAR that is opened, in bytes. Larger ones fail with kCorruptCar.
constexpr std::size_t kMaxCarSize = std::size_t{256} << 20;

}  // namespace fireproof
