#include "base/bytes.hpp"

#include <algorithm>
#include <new>

namespace fireproof {
namespace {

constexpr std::size_t kLeastCapacity = 32;

std::uint8_t* allocate(std::size_t capacity) {
  return capacity == 0 ? nullptr : static_cast<std::uint8_t*>(::operator new(capacity));
}

}  // namespace

Bytes::Bytes(std::size_t size, std::uint8_t fill)
    : data_(allocate(size)), size_(size), capacity_(size) {
  if (size > 0) std::memset(data_, fill, size);
}

Bytes::Bytes(std::span<const std::uint8_t> bytes)
    : data_(allocate(bytes.size())), size_(bytes.size()), capacity_(bytes.size()) {
  if (size_ > 0) std::memcpy(data_, bytes.data(), size_);
}

Bytes::~Bytes() { ::operator delete(data_); }

void Bytes::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return;
  std::uint8_t* data = allocate(capacity);
  if (size_ > 0) std::memcpy(data, data_, size_);
  ::operator delete(std::exchange(data_, data));
  capacity_ = capacity;
}

void Bytes::grow(std::size_t more) {
  if (more <= capacity_ - size_) return;
  reserve(std::max({size_ + more, 2 * capacity_, kLeastCapacity}));
}

void Bytes::resize(std::size_t size, std::uint8_t fill) {
  if (size > size_) {
    grow(size - size_);
    std::memset(data_ + size_, fill, size - size_);
  }
  size_ = size;
}

void Bytes::append(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  grow(bytes.size());
  std::memcpy(data_ + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
}

void Bytes::insert(const_iterator at, std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  const auto offset = static_cast<std::size_t>(at - data_);
  grow(bytes.size());
  std::memmove(data_ + offset + bytes.size(), data_ + offset, size_ - offset);
  std::memcpy(data_ + offset, bytes.data(), bytes.size());
  size_ += bytes.size();
}

void Bytes::erase(const_iterator first, const_iterator last) {
  if (first == last) return;
  const auto from = static_cast<std::size_t>(first - data_);
  const auto to = static_cast<std::size_t>(last - data_);
  std::memmove(data_ + from, data_ + to, size_ - to);
  size_ -= to - from;
}

}  // namespace fireproof
