// Files of 0.14 as UnixFS (format page 8).
#include "formats/unixfs.hpp"

#include <iostream>

#include "multiformats/varint.hpp"
#include "support/blocks.hpp"
#include "support/catch.hpp"
#include "support/hex.hpp"
#include "support/random.hpp"

namespace fireproof::test {
namespace {

void field(Bytes& to, std::uint64_t number, std::uint64_t value) {
  varint::append(to, number << 3);
  varint::append(to, value);
}

void field(Bytes& to, std::uint64_t number, ByteView bytes) {
  varint::append(to, number << 3 | 2);
  varint::append(to, bytes.size());
  append(to, bytes);
}

struct Link {
  Cid cid;
  std::uint64_t size = 0;
};

// A dag-pb node over these links: links first, then UnixFS data, as the package writes it.
Bytes node_of(const std::vector<Link>& links, std::optional<std::uint64_t> file_size,
              std::uint64_t type = 2, ByteView data = {}) {
  Bytes node;
  for (const Link& link : links) {
    Bytes entry;
    field(entry, 1, link.cid.bytes());
    field(entry, 2, ByteView());
    field(entry, 3, link.size);
    field(node, 2, entry);
  }
  Bytes unixfs;
  field(unixfs, 1, type);
  if (!data.empty()) field(unixfs, 2, data);
  if (file_size) field(unixfs, 3, *file_size);
  for (const Link& link : links) field(unixfs, 4, link.size);
  field(node, 1, unixfs);
  return node;
}

class Files {
 public:
  Cid chunk(std::string_view text) { return add(codec::kRaw, copy_of(as_bytes(text))); }
  Cid node(Bytes bytes) { return add(codec::kDagPb, std::move(bytes)); }
  void lose(const Cid& cid) { blocks_.remove(cid); }

  Result<Bytes> read(const Cid& root) {
    return unixfs::read(root, [this](const Cid& cid) { return blocks_.find(cid); });
  }
  std::string text(const Cid& root) {
    const auto content = read(root);
    return content ? std::string(as_text(*content)) : "error: " + content.error().message;
  }
  // The error code of a file that cannot be read, which has to name `cid`.
  ErrorCode refusal(const Cid& root, const Cid& cid) {
    const auto content = read(root);
    REQUIRE(!content);
    CHECK(content.error().message.find(cid.text()) != std::string::npos);
    return content.error().code;
  }

 private:
  Cid add(std::uint64_t codec, Bytes bytes) {
    const Cid cid = cid_of(codec, bytes);
    blocks_.add(cid, std::move(bytes));
    return cid;
  }

  Blocks blocks_;
};

}  // namespace

TEST_CASE("a raw block is a file by itself, also an empty one", "[formats]") {
  Files files;
  CHECK(files.text(files.chunk("hello")) == "hello");
  CHECK(files.text(files.chunk("")).empty());
}

TEST_CASE("the chunks of a node follow each other", "[formats]") {
  Files files;
  const Cid a = files.chunk("one ");
  const Cid b = files.chunk("two");
  CHECK(files.text(files.node(node_of({{a, 4}, {b, 3}}, 7))) == "one two");
  CHECK(files.text(files.node(node_of({{b, 3}, {a, 4}, {b, 3}}, 10))) == "twoone two");
}

TEST_CASE("trees of several levels are read from left to right", "[formats]") {
  Files files;
  std::vector<Link> top;
  std::string expected;
  for (char level = 'a'; level < 'e'; ++level) {
    std::vector<Link> middle;
    for (int i = 0; i < 3; ++i) {
      const std::string text = std::string(1, level) + std::to_string(i);
      middle.push_back({files.chunk(text), 2});
      expected += text;
    }
    top.push_back({files.node(node_of(middle, 6)), 6});
  }
  CHECK(files.text(files.node(node_of(top, 24))) == expected);
}

TEST_CASE("content may stand in a node itself, before that of its links", "[formats]") {
  Files files;
  const Cid chunk = files.chunk("below");
  CHECK(files.text(files.node(node_of({}, 6, 2, as_bytes("inline")))) == "inline");
  CHECK(files.text(files.node(node_of({{chunk, 5}}, 11, 2, as_bytes("inline")))) == "inlinebelow");
  CHECK(files.text(files.node(node_of({}, 3, 0, as_bytes("raw")))) == "raw");
}

TEST_CASE("a size that is not announced is not checked, one that is wrong is refused",
          "[formats]") {
  Files files;
  const Cid chunk = files.chunk("four");
  CHECK(files.text(files.node(node_of({{chunk, 4}}, std::nullopt))) == "four");
  for (const std::uint64_t size :
       {std::uint64_t{0}, std::uint64_t{3}, std::uint64_t{5}, UINT64_MAX >> 1}) {
    const Cid wrong = files.node(node_of({{chunk, 4}}, size));
    CHECK(files.refusal(wrong, wrong) == ErrorCode::kCorruptBlock);
  }
}

TEST_CASE("a missing chunk or node is corrupt-block and named", "[formats]") {
  Files files;
  const Cid a = files.chunk("a");
  const Cid b = files.chunk("b");
  const Cid inner = files.node(node_of({{b, 1}}, 1));
  const Cid root = files.node(node_of({{a, 1}, {inner, 1}}, 2));
  CHECK(files.text(root) == "ab");
  files.lose(b);
  CHECK(files.refusal(root, b) == ErrorCode::kCorruptBlock);
  files.lose(inner);
  CHECK(files.refusal(root, inner) == ErrorCode::kCorruptBlock);
  files.lose(root);
  CHECK(files.refusal(root, root) == ErrorCode::kCorruptBlock);
}

TEST_CASE("folders, symbolic links and nodes without UnixFS data are no files", "[formats]") {
  Files files;
  for (const std::uint64_t type :
       {std::uint64_t{1}, std::uint64_t{3}, std::uint64_t{4}, std::uint64_t{5}}) {
    const Cid node = files.node(node_of({}, 0, type));
    CHECK(files.refusal(node, node) == ErrorCode::kCorruptBlock);
  }
  const Cid empty = files.node({});
  CHECK(files.refusal(empty, empty) == ErrorCode::kCorruptBlock);
  Bytes no_type;
  Bytes unixfs;
  field(unixfs, 3, 0);
  field(no_type, 1, unixfs);
  const Cid untyped = files.node(no_type);
  CHECK(files.refusal(untyped, untyped) == ErrorCode::kCorruptBlock);
}

TEST_CASE("malformed nodes are corrupt-block", "[formats]") {
  Files files;
  const Bytes good = node_of({{files.chunk("a"), 1}}, 1);
  for (std::size_t size = 1; size < good.size(); ++size) {
    Bytes cut = copy_of(ByteView(good).first(size));
    const Cid node = files.node(std::move(cut));
    const auto content = files.read(node);
    if (content) FAIL("cut at " << size);
  }
  for (const char* hex :
       {"ff", "0aff", "12ffffffffffffffffff01", "08", "0d00000000", "1204 0a02 0171", "12020a00"}) {
    const Cid node = files.node(from_hex(hex));
    INFO(hex);
    CHECK(files.refusal(node, node) == ErrorCode::kCorruptBlock);
  }
}

TEST_CASE("a tree deeper than any writer makes is refused", "[formats]") {
  Files files;
  Cid at = files.chunk("x");
  for (int i = 0; i < 10; ++i) at = files.node(node_of({{at, 1}}, 1));
  CHECK(files.text(at) == "x");
  for (int i = 0; i < 10; ++i) at = files.node(node_of({{at, 1}}, 1));
  CHECK(files.read(at).error().code == ErrorCode::kCorruptBlock);
}

TEST_CASE("a small tree that unfolds to more than 256 MiB is refused before it takes the memory",
          "[formats]") {
  Files files;
  Cid at = files.chunk(std::string(1024, 'x'));
  std::uint64_t size = 1024;
  // 1,024 links to the same block at each level: 1 KiB, 1 MiB, 1 GiB.
  for (int level = 0; level < 2; ++level) {
    at = files.node(node_of(std::vector<Link>(1024, {at, size}), size * 1024));
    size *= 1024;
  }
  CHECK(files.refusal(at, at) == ErrorCode::kCorruptBlock);
}

TEST_CASE("a tree of empty nodes that unfolds without end is refused", "[formats]") {
  Files files;
  Cid at = files.chunk("");
  for (int level = 0; level < 14; ++level)
    at = files.node(node_of(std::vector<Link>(64, {at, 0}), 0));
  CHECK(files.refusal(at, at) == ErrorCode::kCorruptBlock);
}

TEST_CASE("20,000 damaged nodes are refused, or read", "[formats]") {
  Random random;
  INFO(random.repeat());
  Files files;
  const Cid a = files.chunk("a");
  const Bytes good = node_of({{a, 1}, {a, 1}}, 2, 2, {});
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Cid node = files.node(mutated(good, random));
    const auto content = files.read(node);
    accepted += content ? 1 : 0;
    if (!content && content.error().code != ErrorCode::kCorruptBlock) FAIL(content.error().message);
  }
  CHECK(accepted > 0);
  CHECK(accepted < 20'000);
  std::cout << "formats, damaged UnixFS nodes: 20000 nodes, " << accepted << " still files\n";
}

}  // namespace fireproof::test
