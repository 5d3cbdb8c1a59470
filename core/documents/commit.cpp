#include "documents/commit.hpp"

namespace fireproof {

Result<std::vector<PreparedCommit>> prepare_commit(Database& database,
                                                   const std::vector<HeadEvent>& heads,
                                                   std::span<const Update> updates) {
  std::vector<PreparedCommit> commits;
  if (!database.format().has_genesis()) {
    FIREPROOF_TRY(PreparedCommit commit, prepare_commit_14(database, heads, updates));
    commits.push_back(std::move(commit));
    return commits;
  }
  if (heads.empty()) {
    commits.push_back(genesis_commit());
    database.add_derived(commits.back().blocks);
  }
  const std::vector<HeadEvent> before = heads.empty() ? commits.back().heads : heads;
  FIREPROOF_TRY(PreparedCommit commit, prepare_commit_24(database, before, updates));
  commits.push_back(std::move(commit));
  return commits;
}

}  // namespace fireproof
