#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "multiformats/cid.hpp"

namespace fireproof {

/// The prolly tree that lists the encrypted blocks of a 0.14 CAR (format page 4.4, "Member set").
namespace member_tree_14 {

struct Node {
  Cid cid;
  Bytes data;
};

/// The tree over `members`: all leaves from left to right, then each level above, the root last. Members are sorted by
/// bytes and made unique. At least one member is needed.
std::vector<Node> build(std::vector<Cid> members);

/// The members below `root` in tree order. `find` gives a node's bytes. Fails with kCorruptCar if a node is missing,
/// malformed, or met twice.
Result<std::vector<Cid>> read(const Cid& root,
                              const std::function<std::optional<ByteView>(const Cid&)>& find);

}  // namespace member_tree_14
}  // namespace fireproof
