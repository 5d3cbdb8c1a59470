#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace fireproof {

/// Owned bytes, with the members of std::vector that bytes need, and its guarantees. They are copied, filled and freed in
/// blocks wherever they are used, which the vector of a standard library that is compiled for size does one by one.
class Bytes {
 public:
  using value_type = std::uint8_t;             // NOLINT(readability-identifier-naming)
  using iterator = std::uint8_t*;              // NOLINT(readability-identifier-naming)
  using const_iterator = const std::uint8_t*;  // NOLINT(readability-identifier-naming)

  Bytes() = default;
  explicit Bytes(std::size_t size, std::uint8_t fill = 0);
  explicit Bytes(std::span<const std::uint8_t> bytes);
  template <typename Iterator>
  requires std::forward_iterator<Iterator> Bytes(Iterator first, Iterator last)
      : Bytes(static_cast<std::size_t>(last - first)) {
    std::copy(first, last, begin());
  }
  Bytes(std::initializer_list<std::uint8_t> bytes)
      : Bytes(std::span(bytes.begin(), bytes.size())) {}
  Bytes(const Bytes& other) : Bytes(std::span(other.data_, other.size_)) {}
  Bytes(Bytes&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Bytes& operator=(Bytes other) noexcept {
    swap(other);
    return *this;
  }
  ~Bytes();

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::uint8_t* data() { return data_; }
  [[nodiscard]] const std::uint8_t* data() const { return data_; }
  [[nodiscard]] iterator begin() { return data_; }
  [[nodiscard]] iterator end() { return data_ + size_; }
  [[nodiscard]] const_iterator begin() const { return data_; }
  [[nodiscard]] const_iterator end() const { return data_ + size_; }
  [[nodiscard]] auto rbegin() const { return std::reverse_iterator(end()); }
  [[nodiscard]] auto rend() const { return std::reverse_iterator(begin()); }
  [[nodiscard]] std::uint8_t& operator[](std::size_t at) {
    assert(at < size_);
    return data_[at];
  }
  [[nodiscard]] std::uint8_t operator[](std::size_t at) const {
    assert(at < size_);
    return data_[at];
  }
  [[nodiscard]] std::uint8_t& front() { return (*this)[0]; }
  [[nodiscard]] std::uint8_t front() const { return (*this)[0]; }
  [[nodiscard]] std::uint8_t& back() { return (*this)[size_ - 1]; }
  [[nodiscard]] std::uint8_t back() const { return (*this)[size_ - 1]; }

  /// Growth doubles the room, as far as nothing was reserved.
  void push_back(std::uint8_t byte) {
    if (size_ == capacity_) grow(1);
    data_[size_++] = byte;
  }
  void pop_back() {
    assert(size_ > 0);
    --size_;
  }
  void reserve(std::size_t capacity);
  void resize(std::size_t size, std::uint8_t fill = 0);
  void clear() { size_ = 0; }
  void swap(Bytes& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  /// `bytes` are not part of these.
  void append(std::span<const std::uint8_t> bytes);
  void insert(const_iterator at, std::span<const std::uint8_t> bytes);
  template <typename Iterator>
  requires std::forward_iterator<Iterator>
  void insert(const_iterator at, Iterator first, Iterator last) { insert(at, Bytes(first, last)); }
  void erase(const_iterator first, const_iterator last);

  friend bool operator==(const Bytes& a, const Bytes& b) {
    return a.size_ == b.size_ && (a.size_ == 0 || std::memcmp(a.data_, b.data_, a.size_) == 0);
  }

 private:
  /// Makes room for at least `more` further bytes.
  void grow(std::size_t more);

  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// Borrowed bytes: valid as long as their owner is; never kept beyond the call that received them.
using ByteView = std::span<const std::uint8_t>;

inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline Bytes copy_of(ByteView bytes) { return Bytes(bytes); }

inline void append(Bytes& to, ByteView bytes) { to.append(bytes); }

inline bool equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

/// Bytewise lexicographic order; a proper prefix comes first.
inline bool less(ByteView a, ByteView b) {
  const std::size_t common = a.size() < b.size() ? a.size() : b.size();
  const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  return order != 0 ? order < 0 : a.size() < b.size();
}

inline std::uint32_t load_le32(ByteView bytes) {
  return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8 |
         static_cast<std::uint32_t>(bytes[2]) << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
}

inline std::uint64_t load_le64(ByteView bytes) {
  return load_le32(bytes) | static_cast<std::uint64_t>(load_le32(bytes.subspan(4))) << 32;
}

inline void append_le32(Bytes& to, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8)
    to.push_back(static_cast<std::uint8_t>(value >> shift));
}

inline void append_le64(Bytes& to, std::uint64_t value) {
  append_le32(to, static_cast<std::uint32_t>(value));
  append_le32(to, static_cast<std::uint32_t>(value >> 32));
}

/// The object representation of `from` as a `To` (std::bit_cast, which some WebAssembly toolchains lack).
template <typename To, typename From>
To bits_as(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

}  // namespace fireproof
