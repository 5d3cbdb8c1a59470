#include "formats/unixfs.hpp"

#include <algorithm>
#include <vector>

#include "crypto/sha256.hpp"
#include "multiformats/varint.hpp"

namespace fireproof::unixfs {
namespace {

constexpr std::uint64_t kTypeRaw = 0;
constexpr std::uint64_t kTypeFile = 2;
constexpr int kMaxTreeDepth = 16;
constexpr std::size_t kChunkSize = 1'048'576;

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

void write_number(Bytes& to, std::uint64_t number, std::uint64_t value) {
  varint::append(to, number << 3);
  varint::append(to, value);
}

void write_bytes(Bytes& to, std::uint64_t number, ByteView value) {
  varint::append(to, number << 3 | 2);
  varint::append(to, value.size());
  append(to, value);
}

NewBlock raw_block(ByteView data) { return {cid_of(codec::kRaw, data), copy_of(data)}; }

/// The dag-pb root over raw chunks: links with empty names, then the UnixFS message with their sizes.
NewBlock root_over(const std::vector<NewBlock>& chunks) {
  Bytes node;
  Bytes file;
  std::uint64_t total = 0;
  for (const NewBlock& chunk : chunks) total += chunk.data.size();
  write_number(file, 1, kTypeFile);
  write_number(file, 3, total);
  for (const NewBlock& chunk : chunks) {
    Bytes link;
    write_bytes(link, 1, chunk.cid.bytes());
    write_bytes(link, 2, {});
    write_number(link, 3, chunk.data.size());
    write_bytes(node, 2, link);
    write_number(file, 4, chunk.data.size());
  }
  write_bytes(node, 1, file);
  Cid cid = cid_of(codec::kDagPb, node);
  return {std::move(cid), std::move(node)};
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

std::vector<NewBlock> write(ByteView content) {
  std::vector<NewBlock> blocks;
  if (content.size() <= kChunkSize) {
    blocks.push_back(raw_block(content));
    return blocks;
  }
  for (; !content.empty(); content = content.subspan(std::min(kChunkSize, content.size()))) {
    blocks.push_back(raw_block(content.first(std::min(kChunkSize, content.size()))));
  }
  blocks.push_back(root_over(blocks));
  return blocks;
}

}  // namespace fireproof::unixfs
