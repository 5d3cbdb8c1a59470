// A writer of 0.24 databases for tests, as plain as the format page allows: what no fixture has is made with it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "formats/key_ring.hpp"
#include "formats/opened_car.hpp"
#include "ipld/value.hpp"
#include "support/blocks.hpp"

namespace fireproof::test {

// The key that all encrypted 0.24 fixtures share.
constexpr std::string_view kKey24 = "000102030405060708090a0b0c0d0e0f";

// Blocks by their format page sections: 3.2, 5.1, 6.2.
Bytes header_block_24(const std::vector<CarGroup>& cars, const std::vector<CarGroup>& compact,
                      const std::vector<Cid>& head);
Bytes document_block_24(const std::string& id, Map fields);
Bytes tombstone_block();

// A meta record (section 2.1) with one entry for each group.
Bytes meta_record_24(const std::vector<CarGroup>& groups);

// A plain CAR of these blocks, the first being its root.
Bytes plain_car(const std::vector<std::pair<Cid, Bytes>>& blocks);

struct StoredCar {
  Cid name;
  Bytes bytes;
};

class Writer24 {
 public:
  // `key` in hex; empty: a public database.
  explicit Writer24(std::string_view key);

  struct Put {
    std::string id;
    std::optional<Map> fields;  // none: deleted
  };

  // One commit: a put event for one document, a batch for several. The first is preceded by the genesis commit.
  void commit(const std::vector<Put>& puts);
  void put(const std::string& id, Map fields) { commit({{id, std::move(fields)}}); }

  // The same on these parents, whose merged root the caller knows: how forks and merges are made.
  void commit_on(std::vector<Cid> parents, std::optional<Cid> root, const std::vector<Put>& puts);

  // One CAR with all blocks that were written so far, which lists no other CAR.
  void seal();

  // All CARs written, oldest first.
  [[nodiscard]] const std::vector<StoredCar>& cars() const { return cars_; }
  // The log, newest first.
  [[nodiscard]] const std::vector<CarGroup>& log() const { return log_; }
  [[nodiscard]] const std::vector<Cid>& head() const { return head_; }
  // The root shard of the last commit.
  [[nodiscard]] const std::optional<Cid>& root() const { return root_; }
  [[nodiscard]] Bytes meta() const { return meta_record_24({log_.front()}); }
  Blocks& blocks() { return blocks_; }

  // Adds a CAR with a header and these blocks to the log.
  void add_car(std::vector<std::pair<Cid, Bytes>> blocks, std::vector<CarGroup> cars);

 private:
  void genesis();

  KeyRing keys_;
  Blocks blocks_;
  std::vector<std::pair<Cid, Bytes>> written_;
  std::vector<StoredCar> cars_;
  std::vector<CarGroup> log_;
  std::vector<Cid> head_;
  std::optional<Cid> root_;
};

}  // namespace fireproof::test
