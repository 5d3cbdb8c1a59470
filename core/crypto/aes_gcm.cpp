#include "crypto/aes_gcm.hpp"

#include <bearssl.h>
#include <sodium/utils.h>

#include <array>

namespace fireproof {
namespace {

constexpr std::size_t kBlock = 16;

/// GCM numbers the blocks of a message from 2 on: 1 belongs to the tag.
constexpr std::uint32_t kFirstCounter = 2;

}  // namespace

struct AesGcm::Schedule {
  br_aes_ct64_ctr_keys aes;
  br_gcm_context gcm;

  explicit Schedule(const SecretKey& key) {
    br_aes_ct64_ctr_init(&aes, key.bytes().data(), key.bytes().size());
    br_gcm_init(&gcm, &aes.vtable, br_ghash_ctmul64);
  }
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;
  ~Schedule() { sodium_memzero(this, sizeof *this); }
};

AesGcm::AesGcm(const SecretKey& key) : schedule_(std::make_unique<Schedule>(key)) {}
AesGcm::AesGcm(AesGcm&&) noexcept = default;
AesGcm& AesGcm::operator=(AesGcm&&) noexcept = default;
AesGcm::~AesGcm() = default;

void AesGcm::seal(ByteView iv, ByteView plaintext, Bytes& to, ByteView aad) const {
  br_gcm_context* gcm = &schedule_->gcm;
  const std::size_t start = to.size();
  append(to, plaintext);
  to.resize(to.size() + kTagSize);
  br_gcm_reset(gcm, iv.data(), iv.size());
  br_gcm_aad_inject(gcm, aad.data(), aad.size());
  br_gcm_flip(gcm);
  br_gcm_run(gcm, 1, to.data() + start, plaintext.size());
  br_gcm_get_tag(gcm, to.data() + start + plaintext.size());
}

bool AesGcm::open(ByteView iv, std::span<std::uint8_t> sealed, ByteView aad) const {
  if (sealed.size() < kTagSize || iv.empty()) return false;
  br_gcm_context* gcm = &schedule_->gcm;
  const std::size_t size = sealed.size() - kTagSize;
  br_gcm_reset(gcm, iv.data(), iv.size());
  br_gcm_aad_inject(gcm, aad.data(), aad.size());
  br_gcm_flip(gcm);
  br_gcm_run(gcm, 0, sealed.data(), size);
  if (br_gcm_check_tag(gcm, sealed.data() + size) == 1) return true;
  br_gcm_reset(gcm, iv.data(),
               iv.size());  // the same key stream a second time gives the ciphertext back
  br_gcm_flip(gcm);
  br_gcm_run(gcm, 1, sealed.data(), size);
  return false;
}

void AesGcm::decrypt_part(ByteView iv, std::uint64_t offset, std::span<std::uint8_t> part) const {
  auto counter = static_cast<std::uint32_t>(kFirstCounter + offset / kBlock);
  if (const std::size_t skip = offset % kBlock; skip != 0 && !part.empty()) {
    // The first bytes lie inside a block: decrypt them as the end of a block of their own.
    std::array<std::uint8_t, kBlock> block{};
    const std::size_t count = std::min(kBlock - skip, part.size());
    std::copy_n(part.begin(), count, block.begin() + static_cast<std::ptrdiff_t>(skip));
    br_aes_ct64_ctr_run(&schedule_->aes, iv.data(), counter, block.data(), block.size());
    std::copy_n(block.begin() + static_cast<std::ptrdiff_t>(skip), count, part.begin());
    part = part.subspan(count);
    ++counter;
  }
  br_aes_ct64_ctr_run(&schedule_->aes, iv.data(), counter, part.data(), part.size());
}

}  // namespace fireproof
