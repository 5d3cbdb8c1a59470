#include "ipld/dag_cbor_reader.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace fireproof {
namespace {

enum Major : std::uint8_t {
  kUnsigned = 0,
  kNegative = 1,
  kByteString = 2,
  kTextString = 3,
  kArray = 4,
  kMapping = 5,
  kTag = 6,
  kSimple = 7,
};

constexpr std::uint8_t kFalse = 20;
constexpr std::uint8_t kTrue = 21;
constexpr std::uint8_t kNullInfo = 22;
constexpr std::uint8_t kUndefined = 23;
constexpr std::uint8_t kFloat16 = 25;
constexpr std::uint8_t kFloat32 = 26;
constexpr std::uint8_t kFloat64 = 27;
constexpr std::uint64_t kLinkTag = 42;

double from_half(std::uint16_t half) {
  const int exponent = half >> 10 & 0x1F;
  const double fraction = half & 0x3FF;
  double value = 0;
  if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else if (exponent == 31) {
    value = fraction == 0 ? HUGE_VAL : std::nan("");
  } else {
    value = std::ldexp(fraction + 1024, exponent - 25);
  }
  return (half & 0x8000) != 0 ? -value : value;
}

}  // namespace

DagCborReader::Kind DagCborReader::peek() const {
  if (!ok() || rest_.empty()) return Kind::kInvalid;
  const std::uint8_t info = rest_[0] & 0x1F;
  switch (rest_[0] >> 5) {
    case kUnsigned:
    case kNegative:
      return Kind::kInteger;
    case kByteString:
      return Kind::kBytes;
    case kTextString:
      return Kind::kText;
    case kArray:
      return Kind::kList;
    case kMapping:
      return Kind::kMap;
    case kTag:
      return Kind::kLink;
    default:
      if (info == kFalse || info == kTrue) return Kind::kBool;
      if (info == kNullInfo || info == kUndefined) return Kind::kNull;
      if (info >= kFloat16 && info <= kFloat64) return Kind::kFloat;
      return Kind::kInvalid;
  }
}

void DagCborReader::refuse(std::string_view reason) {
  if (!ok()) return;
  error_ = std::string(reason) + " at byte " + std::to_string(position());
  rest_ = {};
}

Status DagCborReader::status(ErrorCode code, std::string_view name) const {
  if (ok()) return {};
  return fail(code, std::string(name) + ": " + error_);
}

ByteView DagCborReader::take(std::uint64_t count) {
  if (count > rest_.size()) {
    refuse("truncated");
    return {};
  }
  const ByteView taken = rest_.first(static_cast<std::size_t>(count));
  rest_ = rest_.subspan(static_cast<std::size_t>(count));
  return taken;
}

DagCborReader::Head DagCborReader::head() {
  const ByteView first = take(1);
  if (first.empty()) return {kSimple, 0xFF, 0};
  Head head{static_cast<std::uint8_t>(first[0] >> 5), static_cast<std::uint8_t>(first[0] & 0x1F),
            0};
  if (head.info < 24) {
    head.argument = head.info;
    return head;
  }
  if (head.info > kFloat64) {
    refuse("indefinite length or reserved head");
    return {kSimple, 0xFF, 0};
  }
  const unsigned width = 1U << (head.info - 24);
  for (const std::uint8_t byte : take(width)) head.argument = head.argument << 8 | byte;
  const std::uint64_t smallest = width == 1 ? 24 : std::uint64_t{1} << (width * 4);
  if (head.major != kSimple && head.argument < smallest) {
    refuse("number not in shortest form");
    return {kSimple, 0xFF, 0};
  }
  return head;
}

Integer DagCborReader::integer() {
  const Head h = head();
  if (h.major != kUnsigned && h.major != kNegative) {
    refuse("expected an integer");
    return {};
  }
  return {h.argument, h.major == kNegative};
}

double DagCborReader::number() {
  const Head h = head();
  double value = 0;
  if (h.major == kSimple && h.info == kFloat64) {
    value = bits_as<double>(h.argument);
  } else if (h.major == kSimple && h.info == kFloat32) {
    value = static_cast<double>(bits_as<float>(static_cast<std::uint32_t>(h.argument)));
  } else if (h.major == kSimple && h.info == kFloat16) {
    value = from_half(static_cast<std::uint16_t>(h.argument));
  } else {
    refuse("expected a float");
  }
  if (!std::isfinite(value)) {
    refuse("NaN or infinity");
    return 0;
  }
  return value;
}

bool DagCborReader::boolean() {
  const Head h = head();
  if (h.major != kSimple || (h.info != kFalse && h.info != kTrue)) refuse("expected a boolean");
  return h.info == kTrue;
}

void DagCborReader::null() {
  const Head h = head();
  if (h.major != kSimple || (h.info != kNullInfo && h.info != kUndefined)) refuse("expected null");
}

std::string_view DagCborReader::text() {
  const Head h = head();
  if (h.major != kTextString) {
    refuse("expected a text");
    return {};
  }
  const ByteView content = take(h.argument);
  if (!is_utf8(content)) {
    refuse("text is not UTF-8");
    return {};
  }
  return as_text(content);
}

ByteView DagCborReader::bytes() {
  const Head h = head();
  if (h.major != kByteString) {
    refuse("expected bytes");
    return {};
  }
  return take(h.argument);
}

Cid DagCborReader::link() {
  const Head h = head();
  if (h.major != kTag || h.argument != kLinkTag) {
    refuse("expected a link (tag 42)");
    return {};
  }
  const ByteView content = bytes();
  if (!ok()) return {};
  if (content.empty() || content[0] != 0) {
    refuse("link without the leading zero byte");
    return {};
  }
  auto cid = Cid::from_bytes(content.subspan(1));
  if (!cid) {
    refuse("link to something that is no CID");
    return {};
  }
  return std::move(*cid);
}

std::size_t DagCborReader::container(std::uint8_t major) {
  const Head h = head();
  if (h.major != major) {
    refuse(major == kArray ? "expected a list" : "expected a map");
    return 0;
  }
  const std::uint64_t smallest = major == kArray ? h.argument : 2 * h.argument;
  if (h.argument > rest_.size() || smallest > rest_.size()) {
    refuse("more items announced than bytes remain");
    return 0;
  }
  return static_cast<std::size_t>(h.argument);
}

std::size_t DagCborReader::list() { return container(kArray); }

std::size_t DagCborReader::map() { return container(kMapping); }

void DagCborReader::list_of(std::size_t count) {
  if (list() != count) refuse("list of another length");
}

void DagCborReader::map_of(std::size_t count) {
  if (map() != count) refuse("map with another number of members");
}

void DagCborReader::key(std::string_view expected) {
  if (text() != expected) refuse("expected the member \"" + std::string(expected) + "\"");
}

void DagCborReader::skip() { skip_nested(0); }

void DagCborReader::skip_nested(int depth) {
  const Kind kind = peek();
  if (depth == kMaxDepth && (kind == Kind::kList || kind == Kind::kMap))
    return refuse("nested too deeply");
  switch (kind) {
    case Kind::kInteger:
      integer();
      return;
    case Kind::kBytes:
      bytes();
      return;
    case Kind::kText:
      text();
      return;
    case Kind::kLink:
      link();
      return;
    case Kind::kBool:
      boolean();
      return;
    case Kind::kNull:
      return null();
    case Kind::kFloat:
      number();
      return;
    case Kind::kList:
      for (std::size_t count = list(); count > 0 && ok(); --count) skip_nested(depth + 1);
      return;
    case Kind::kMap: {
      UniqueKeys keys;
      for (std::size_t count = map(); count > 0 && ok(); --count) {
        if (!keys.insert(text())) refuse("duplicate map key");
        skip_nested(depth + 1);
      }
      return;
    }
    case Kind::kInvalid:
      return refuse("not a DAG-CBOR item");
  }
}

void DagCborReader::end() {
  if (ok() && !rest_.empty()) refuse("bytes after the item");
}

bool UniqueKeys::insert(std::string_view key) {
  if (canonical_ && (keys_.empty() || DagCborKeyOrder{}(keys_.back(), key))) {
    keys_.push_back(key);
    return true;
  }
  if (canonical_) {  // the first key out of order: from now on look each key up
    canonical_ = false;
    seen_.insert(keys_.begin(), keys_.end());
  }
  return seen_.insert(key).second;
}

}  // namespace fireproof
