#include "documents/document_json.hpp"

#include "ipld/dag_cbor_reader.hpp"
#include "ipld/json.hpp"
#include "multiformats/multibase.hpp"

namespace fireproof {

void DocumentJson::separate() {
  if (path_.empty() || !path_.back().is_list) return;
  if (path_.back().index > 0) text_.push_back(',');
}

void DocumentJson::scalar() {
  if (!path_.empty() && path_.back().is_list) ++path_.back().index;
}

void DocumentJson::begin_object() {
  separate();
  text_.push_back('{');
  path_.push_back({});
}

void DocumentJson::end_object() {
  text_.push_back('}');
  path_.pop_back();
  scalar();
}

void DocumentJson::begin_list() {
  separate();
  text_.push_back('[');
  path_.push_back({{}, 0, true});
}

void DocumentJson::end_list() {
  text_.push_back(']');
  path_.pop_back();
  scalar();
}

void DocumentJson::member(std::string_view name) {
  if (text_.back() != '{') text_.push_back(',');
  path_.back().name = name;
  json::append_text(text_, name);
  text_.push_back(':');
}

void DocumentJson::text(std::string_view value) {
  separate();
  json::append_text(text_, value);
  scalar();
}

void DocumentJson::boolean(bool value) {
  separate();
  text_.append(value ? "true" : "false");
  scalar();
}

void DocumentJson::value(const Cid& link) {
  separate();
  text_.append(R"({"/":")").append(link.text()).append(R"("})");
  scalar();
}

void DocumentJson::patch(std::string_view kind, std::string_view content) {
  separate();
  text_.append("null");
  patches_.append(patches_.empty() ? R"({"path":[)" : R"(,{"path":[)");
  for (const Segment& segment : path_) {
    if (&segment != &path_.front()) patches_.push_back(',');
    if (segment.is_list) {
      patches_.append(std::to_string(segment.index));
    } else {
      json::append_text(patches_, segment.name);
    }
  }
  patches_.append("],\"").append(kind).append("\":\"").append(content).append("\"}");
  scalar();
}

void DocumentJson::item(DagCborReader& reader, int depth) {
  using Kind = DagCborReader::Kind;
  if (depth > kMaxDepth) return reader.refuse("nested too deeply");
  switch (reader.peek()) {
    case Kind::kInteger: {
      const Integer integer = reader.integer();
      if (!json::is_safe_integer(integer)) {
        std::string decimal;
        json::append_integer(decimal, integer);
        return patch("bigint", decimal);
      }
      separate();
      json::append_integer(text_, integer);
      return scalar();
    }
    case Kind::kFloat:
      separate();
      json::append_number(text_, reader.number());
      return scalar();
    case Kind::kBool:
      return boolean(reader.boolean());
    case Kind::kNull:
      reader.null();
      separate();
      text_.append("null");
      return scalar();
    case Kind::kText:
      return text(reader.text());
    case Kind::kBytes:
      return patch("bytes", multibase::encode_bare(Base::kBase64Pad, reader.bytes()));
    case Kind::kLink:
      return value(reader.link());
    case Kind::kList:
      begin_list();
      for (std::size_t count = reader.list(); count > 0 && reader.ok(); --count)
        item(reader, depth + 1);
      return end_list();
    case Kind::kMap:
      begin_object();
      map_members(reader, depth, {});
      return end_object();
    case Kind::kInvalid:
      return reader.refuse("not a DAG-CBOR item");
  }
}

void DocumentJson::map_members(DagCborReader& reader, int depth, std::string_view without) {
  UniqueKeys keys;
  for (std::size_t count = reader.map(); count > 0 && reader.ok(); --count) {
    const std::string_view key = reader.text();
    if (!keys.insert(key)) reader.refuse("duplicate map key");
    if (!without.empty() && key == without) {
      reader.skip();
      continue;
    }
    member(key);
    item(reader, depth + 1);
  }
}

Status DocumentJson::document(std::string_view id, ByteView fields) {
  begin_object();
  member("_id");
  text(id);
  DagCborReader reader(fields);
  map_members(reader, 0, "_id");
  end_object();
  return reader.status(ErrorCode::kCorruptBlock, "document " + std::string(id));
}

void DocumentJson::tombstone(std::string_view id) {
  begin_object();
  member("_id");
  text(id);
  member("_deleted");
  boolean(true);
  end_object();
}

std::string DocumentJson::finish() {
  if (!patches_.empty()) {
    member("patches");
    text_.append("[").append(patches_).append("]");
  }
  end_object();
  return std::move(text_);
}

namespace {

constexpr std::string_view kDeletedMember = "_deleted";

/// Reads one item as a JavaScript condition would take it.
bool read_truth(DagCborReader& reader) {
  using Kind = DagCborReader::Kind;
  switch (reader.peek()) {
    case Kind::kBool:
      return reader.boolean();
    case Kind::kNull:
      reader.null();
      return false;
    case Kind::kInteger:
      return reader.integer() != Integer{0, false};
    case Kind::kFloat:
      return reader.number() != 0;
    case Kind::kText:
      return !reader.text().empty();
    default:
      reader.skip();
      return true;
  }
}

}  // namespace

Result<StoredDocument> read_document(ByteView block, bool honour_deleted_field) {
  DagCborReader reader(block);
  StoredDocument document;
  reader.map_of(1);
  const std::string_view kind = reader.text();
  if (kind == "del") {
    document.deleted = reader.boolean();
  } else if (kind == "doc" && reader.peek() == DagCborReader::Kind::kMap) {
    const std::size_t start = reader.position();
    reader.skip();
    if (reader.ok()) document.fields = block.subspan(start, reader.position() - start);
  } else {
    reader.refuse("neither document nor tombstone");
  }
  reader.end();
  FIREPROOF_CHECK(reader.status(ErrorCode::kCorruptBlock, "value block"));
  if (document.deleted || !honour_deleted_field) return document;
  // Most documents have no such member, and need not be read once more.
  if (as_text(document.fields).find(kDeletedMember) == std::string_view::npos) return document;
  DagCborReader members(document.fields);
  for (std::size_t count = members.map(); count > 0; --count) {
    if (members.text() == kDeletedMember) {
      document.deleted = read_truth(members);
    } else {
      members.skip();
    }
  }
  return document;
}

}  // namespace fireproof
