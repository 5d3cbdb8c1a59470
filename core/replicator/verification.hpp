#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "replicator/connection.hpp"

namespace fireproof {

/// Asks a remote for objects that it is believed to hold. One request at a time: it is not in a hurry, and what replicates
/// goes first.
class Verification : public std::enable_shared_from_this<Verification> {
 public:
  struct Plan {
    ConnectionId connection = 0;
    CallId call = 0;             ///< that is answered at the end; 0: none
    bool deep = false;           ///< fetches and opens each object
    std::deque<Transfer> asked;  ///< objects
  };

  /// True when all were asked for. An error if one could not be asked for: then nothing is known of the others.
  using Done = std::function<void(Result<bool>)>;

  Verification(Engine& engine, Plan plan, Done done)
      : engine_(engine), plan_(std::move(plan)), done_(std::move(done)) {}
  Verification(const Verification&) = delete;
  Verification& operator=(const Verification&) = delete;
  ~Verification() { stop(); }

  /// Asks for the next object, or ends.
  void next();

  /// No answer is waited for any more.
  void stop();

  /// What was found is in the record: the end of the next round is the end of the repair.
  void note_recorded() { recorded_ = true; }
  [[nodiscard]] bool is_recorded() const { return recorded_; }
  [[nodiscard]] CallId call() const { return plan_.call; }
  [[nodiscard]] const std::vector<Cid>& missing() const { return missing_; }
  [[nodiscard]] const std::vector<Cid>& damaged() const { return damaged_; }
  [[nodiscard]] std::vector<Cid> lacking() const;

  /// The answer to the call, with so many of the missing and damaged objects sent again.
  [[nodiscard]] std::string report(std::size_t repaired) const;

 private:
  void fetch(const Transfer& object);
  void find(const Transfer& object);
  void end(Result<bool> result);

  Engine& engine_;
  Plan plan_;
  Done done_;
  std::optional<TransferId> transfer_;
  bool recorded_ = false;
  std::size_t checked_ = 0;
  std::vector<Cid> missing_;
  std::vector<Cid> damaged_;
};

}  // namespace fireproof
