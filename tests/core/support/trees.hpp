// Shard trees as texts and as maps.
#pragma once

#include <map>
#include <stdexcept>
#include <string>

#include "pail/editor.hpp"
#include "pail/tree.hpp"
#include "support/blocks.hpp"

namespace fireproof::test {

// A tree that is edited, its shards kept in memory after each change.
class Tree {
 public:
  explicit Tree(const ShardRules& rules) : rules_(rules) {}

  // Throws if the put fails.
  void put(std::string_view key, const Cid& value) {
    edit([&](TreeEditor& editor) { return editor.put(key, value); });
  }
  void remove(std::string_view key) {
    edit([&](TreeEditor& editor) { return editor.remove(key); });
  }

  [[nodiscard]] const std::optional<Cid>& root() const { return root_; }
  Blocks& blocks() { return blocks_; }
  // The shards that the last change made.
  [[nodiscard]] const std::vector<NewBlock>& made() const { return made_; }

  std::optional<Cid> get(std::string_view key) {
    auto value = tree::get(rules_, *root_, key, blocks_);
    if (!value) throw std::runtime_error(value.error().message);
    return *value;
  }
  std::vector<tree::Entry> list(const KeyRange& range = {}) {
    auto entries = tree::list(rules_, *root_, range, blocks_);
    if (!entries) throw std::runtime_error(entries.error().message);
    return std::move(*entries);
  }

  // The tree as a text: "a=1 b>{c=2}" is a value at "a" and one at "bc", in a shard below the link "b".
  // `names` tells what to call the values. A 0.24 shard whose prefix is not the way to it is marked with "!".
  std::string text(const std::map<std::string, std::string>& names) {
    return text(*root_, {}, names);
  }

 private:
  template <typename Function>
  void edit(Function&& change) {
    TreeEditor editor(rules_, blocks_, root_);
    if (const Status status = change(editor); !status)
      throw std::runtime_error(status.error().message);
    TreeEditor::Finished finished = editor.finish();
    root_ = finished.root;
    made_ = std::move(finished.blocks);
    for (const NewBlock& block : made_) blocks_.add(block.cid, block.data);
  }

  std::string text(const Cid& at, const std::string& path,
                   const std::map<std::string, std::string>& names) {
    const auto shard = rules_.decode(*blocks_.find(at));
    std::string text = shard->prefix.empty() || shard->prefix == path ? "" : "!";
    for (const ShardEntry& entry : shard->entries) {
      if (&entry != &shard->entries.front()) text += " ";
      text += entry.key;
      if (entry.value) text += "=" + names.at(entry.value->text());
      if (entry.child) text += ">{" + this->text(*entry.child, path + entry.key, names) + "}";
    }
    return text;
  }

  const ShardRules& rules_;
  Blocks blocks_;
  std::optional<Cid> root_;
  std::vector<NewBlock> made_;
};

}  // namespace fireproof::test
