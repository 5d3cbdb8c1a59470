#include "peers/peer_secret.hpp"

namespace fireproof::peer {
namespace {

SecretKey derive(ByteView secret, std::string_view label, ByteView context) {
  Bytes input = copy_of(as_bytes(label));
  input.append(context);
  return SecretKey(hmac_sha256(secret, input));
}

SecretKey derive_for(const SecretKey& secret, std::string_view label, ByteView engine,
                     const Meeting& meeting) {
  Bytes context = copy_of(engine);
  context.append(meeting.transcript);
  return derive(secret.bytes(), label, context);
}

}  // namespace

SecretKey secret_of_key(const SecretKey& key, std::string_view format) {
  return derive(key.bytes(), "fireproof-wasm peers/1 encrypted ", as_bytes(format));
}

SecretKey secret_of_name(std::string_view name, std::string_view format) {
  return derive(as_bytes(name), "fireproof-wasm peers/1 public ", as_bytes(format));
}

Meeting::Meeting(ByteView our_engine, ByteView ours, ByteView their_engine, ByteView theirs) {
  const bool first = less(our_engine, their_engine);
  transcript.append(sha256(first ? ours : theirs));
  transcript.append(sha256(first ? theirs : ours));
}

SecretKey proof_of(const SecretKey& secret, ByteView engine, const Meeting& meeting) {
  return derive_for(secret, "proof ", engine, meeting);
}

SecretKey frame_key_of(const SecretKey& secret, ByteView engine, const Meeting& meeting) {
  return derive_for(secret, "frames ", engine, meeting);
}

Bytes FrameCipher::next_iv() {
  Bytes iv(4);
  append_le64(iv, number_++);
  return iv;
}

void FrameCipher::seal(ByteView message, Bytes& to) { cipher_.seal(next_iv(), message, to); }

bool FrameCipher::open(std::span<std::uint8_t> sealed) {
  return sealed.size() >= kOverhead && cipher_.open(next_iv(), sealed);
}

}  // namespace fireproof::peer
