#pragma once

#include <memory>
#include <vector>

#include "replicator/engine.hpp"

namespace fireproof {

/// Finds the content of an attachment: in its CAR in local storage, else at the connected remotes in turn. What a remote gave
/// is checked, stored and then answered. What another one is fetching is waited for. Lives until it has answered.
class FileReader final : public std::enable_shared_from_this<FileReader> {
 public:
  /// `cars`: the attachment CARs that the document names; `file`: the root of the content.
  static void start(Engine& engine, CallId call, std::vector<Cid> cars, const Cid& file);

 private:
  FileReader(Engine& engine, CallId call, std::vector<Cid> cars, const Cid& file)
      : engine_(engine), call_(call), cars_(std::move(cars)), file_(file) {}

  void look_in_storage();
  void ask_remotes();
  void ask_remote_after(ConnectionId previous);
  void receive(ConnectionId from, input::CarReceived&& received);
  [[nodiscard]] Result<Bytes> extract(Bytes stored) const;
  void answer(Result<Bytes> content);

  Engine& engine_;
  CallId call_;
  std::vector<Cid> cars_;
  Cid file_;
  std::size_t next_car_ = 0;
  Error last_error_{
      ErrorCode::kNotFound,
      "the content of this attachment is neither stored here nor at a connected remote"};
};

}  // namespace fireproof
