#pragma once

#include <string_view>

#include "crypto/aes_gcm.hpp"
#include "peers/peer_message.hpp"

/// Who may join, and how frames are sealed (docs/peer-protocol.md, section 2).
namespace fireproof::peer {

/// What the members of a database derive everything else from: of its key, or of its name where it is public and nothing is
/// secret.
SecretKey secret_of_key(const SecretKey& key, std::string_view format);
SecretKey secret_of_name(std::string_view name, std::string_view format);

/// One meeting of two engines: their ids, and the hashes of their hellos in the order of the ids.
struct Meeting {
  /// `ours` and `theirs` are the bytes of the hellos; the ids of the engines differ.
  Meeting(ByteView our_engine, ByteView ours, ByteView their_engine, ByteView theirs);

  Bytes transcript;
};

/// What the engine of this id has to show.
SecretKey proof_of(const SecretKey& secret, ByteView engine, const Meeting& meeting);

/// The key of the frames that this engine sends.
SecretKey frame_key_of(const SecretKey& secret, ByteView engine, const Meeting& meeting);

/// Seals or opens the frames of one direction, in their order: each has the next number as its IV, so that a frame that was
/// lost, repeated, moved or changed on the way is noticed.
class FrameCipher {
 public:
  /// Bytes that sealing adds.
  static constexpr std::size_t kOverhead = AesGcm::kTagSize;

  explicit FrameCipher(const SecretKey& key) : cipher_(key) {}

  /// Appends the sealed form of `message` to `to`.
  void seal(ByteView message, Bytes& to);

  /// Opens the next frame where it stands; false if it is not the next frame of the other side.
  [[nodiscard]] bool open(std::span<std::uint8_t> sealed);

 private:
  [[nodiscard]] Bytes next_iv();

  AesGcm cipher_;
  std::uint64_t number_ = 0;
};

}  // namespace fireproof::peer
