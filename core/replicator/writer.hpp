#pragma once

#include <deque>
#include <vector>

#include "documents/commit.hpp"
#include "documents/write_request.hpp"
#include "replicator/engine.hpp"

namespace fireproof {

/// Writes documents. Each call becomes a commit of its own with its own CAR in the tail (DECISIONS: tail and sealed); calls
/// that wait are written together in one transaction of storage. When another tab was faster, they are made again on its
/// head, at most kMaxAttempts times; then they are committed as a fork, so that nobody is kept waiting for ever.
class Writer {
 public:
  explicit Writer(Engine& engine) : engine_(engine) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  static constexpr int kMaxAttempts = 8;
  /// Calls that are written in one transaction.
  static constexpr std::size_t kMaxBatch = 64;

  /// Writes these documents as one commit and answers the call: `{"ids", "clock"}`. A document that is refused refuses them
  /// all.
  void write(CallId call, std::vector<NewDocument> documents, std::vector<Bytes> contents);

 private:
  struct Write {
    CallId call = 0;
    std::vector<NewDocument> documents;
    std::vector<Bytes> contents;        // of attachments
    std::optional<Digest> sealed_with;  // id of the key of `files`
    std::vector<Update> updates;
    std::vector<StoredRow> files;
  };

  /// A write whose CARs are made, and how the log grows by them.
  struct Made {
    Write write;
    std::vector<TailCommit> tail;
    std::vector<HeadEvent> heads;  // of the database after it
  };

  Status encode(Write& write);
  void pump();
  Status make_batch();
  Status make(Write& write, LocalRecord& record);
  void commit_batch();
  void receive(Result<bool> stored);
  void finish(const Made& made, const Result<bool>& stored);
  [[nodiscard]] bool can_fork() const;
  [[nodiscard]] LocalRecord record_with_batch() const;

  Engine& engine_;
  std::deque<Write> queue_;
  bool busy_ = false;
  int attempts_ = 0;
  // The batch under way.
  std::vector<HeadEvent> base_;  // the head that it was made on
  std::uint64_t history_ = 0;    // Engine::history() then
  std::vector<Made> batch_;
  PendingCars pending_;
  std::vector<StoredRow> rows_;
};

}  // namespace fireproof
