#include "formats/unixfs.hpp"

#include <algorithm>
#include <vector>

#include "multiformats/varint.hpp"

namespace fireproof::unixfs {
namespace {

constexpr std::uint64_t kTypeRaw = 0;
constexpr std::uint64_t kTypeFile = 2;
constexpr int kMaxTreeDepth = 16;

tl::unexpected<Error> corrupt(const Cid& cid, std::string_view what) {
  return fail(ErrorCode::kCorruptBlock, "file block " + cid.text() + " " + std::string(what));
}

/// A field of a protobuf message: a number, or bytes.
struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;
  ByteView bytes;
};

/// Takes the next field off `message`; nothing if it is malformed.
std::optional<Field> next_field(ByteView& message) {
  const auto key = varint::decode(message);
  if (!key) return std::nullopt;
  message = message.subspan(key->size);
  const auto value = varint::decode(message);
  if (!value) return std::nullopt;
  message = message.subspan(value->size);
  Field field{key->value >> 3, value->value, {}};
  switch (key->value & 7) {
    case 0:
      return field;
    case 2:
      if (field.value > message.size()) return std::nullopt;
      field.bytes = message.first(static_cast<std::size_t>(field.value));
      message = message.subspan(field.bytes.size());
      return field;
    default:
      return std::nullopt;
  }
}

/// A dag-pb node that holds a UnixFS file: inline data, or links to what follows.
struct FileNode {
  std::vector<Cid> links;
  ByteView data;
  std::optional<std::uint64_t> file_size;
};

std::optional<Cid> read_link(ByteView message) {
  std::optional<Cid> cid;
  while (!message.empty()) {
    const auto field = next_field(message);
    if (!field) return std::nullopt;
    if (field->number == 1) cid = Cid::from_bytes(field->bytes);
  }
  return cid;
}

bool read_unixfs(ByteView message, FileNode& node) {
  std::optional<std::uint64_t> type;
  while (!message.empty()) {
    const auto field = next_field(message);
    if (!field) return false;
    if (field->number == 1) type = field->value;
    if (field->number == 2) node.data = field->bytes;
    if (field->number == 3) node.file_size = field->value;
  }
  return type == kTypeFile || type == kTypeRaw;
}

std::optional<FileNode> read_node(ByteView message) {
  FileNode node;
  bool is_file = false;
  while (!message.empty()) {
    const auto field = next_field(message);
    if (!field) return std::nullopt;
    if (field->number == 1) {
      is_file = read_unixfs(field->bytes, node);
    } else if (field->number == 2) {
      auto link = read_link(field->bytes);
      if (!link) return std::nullopt;
      node.links.push_back(std::move(*link));
    }
  }
  return is_file ? std::optional<FileNode>(std::move(node)) : std::nullopt;
}

struct Pending {
  Cid cid;
  int depth = 0;
};

}  // namespace

Result<Bytes> read(const Cid& root,
                   const std::function<std::optional<ByteView>(const Cid&)>& find) {
  Bytes content;
  std::optional<std::uint64_t> announced;
  std::vector<Pending> stack{{root, 0}};
  std::size_t blocks = 1;
  while (!stack.empty()) {
    const Pending at = std::move(stack.back());
    stack.pop_back();
    const auto block = find(at.cid);
    if (!block) return corrupt(at.cid, "is missing");
    FileNode node;
    if (at.cid.codec() == codec::kDagPb) {
      auto decoded = read_node(*block);
      if (!decoded || at.depth == kMaxTreeDepth)
        return corrupt(at.cid, "is no UnixFS file, or too deep");
      node = std::move(*decoded);
      if (at.depth == 0) announced = node.file_size;
    } else {
      node.data = *block;
    }
    if (std::max(announced.value_or(0), content.size() + std::uint64_t{node.data.size()}) >
        kMaxFileSize)
      return corrupt(root, "is larger than 256 MiB");
    blocks += node.links.size();
    if (blocks > kMaxFileBlocks) return corrupt(root, "has too many blocks");
    append(content, node.data);
    for (auto link = node.links.rbegin(); link != node.links.rend(); ++link) {
      stack.push_back({std::move(*link), at.depth + 1});
    }
  }
  if (announced && *announced != content.size())
    return corrupt(root, "announces another size than it has");
  return content;
}

}  // namespace fireproof::unixfs
