#pragma once

#include <array>

#include "base/bytes.hpp"
#include "multiformats/cid.hpp"

namespace fireproof {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(ByteView bytes);

Digest hmac_sha256(ByteView key, ByteView bytes);

/// The name of a block: CID version 1 of this codec with the SHA-256 of `bytes`.
Cid cid_of(std::uint64_t codec, ByteView bytes);

/// True if `bytes` are what `cid` names. Knows SHA-256 and identity; false for any other hash function.
bool matches(const Cid& cid, ByteView bytes);

}  // namespace fireproof
