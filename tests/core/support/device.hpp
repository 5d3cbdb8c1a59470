// A device that replicates with remotes: a store that survives crashes, and a host that does not.
#pragma once

#include <memory>
#include <string>

#include "support/host.hpp"

namespace fireproof::test {

class Device {
 public:
  explicit Device(EngineOptions options) : options_(std::move(options)) { reopen(); }

  // Ends what runs, without ado, and opens the store again.
  void reopen() {
    host_.reset();
    ++options_.entropy[1];
    host_ = std::make_unique<Host>(storage_, options_);
    host_->json("ready");
  }

  Host& host() { return *host_; }

  // Attaches a remote for replication in both directions; without polling.
  void connect(Remote& remote, bool conditional = true, ConnectionId id = 1);
  // One round; the error if it failed.
  std::optional<Error> refresh();
  // Rounds until one succeeds. Throws if none of `attempts` does.
  void refresh_until_done(int attempts = 50);

  // Writes one document, or deletes it.
  void put(const std::string& id, const std::string& text);
  void remove(const std::string& id);

  // The answer of allDocs as a text.
  std::string documents();
  std::string clock();

 private:
  EngineOptions options_;
  Storage storage_;
  std::unique_ptr<Host> host_;
};

}  // namespace fireproof::test
