// Which key seals and which keys read: as stored, given, made here, or taken over from a remote.

#include <algorithm>

#include "replicator/connection.hpp"
#include "replicator/engine.hpp"

namespace fireproof {
namespace {

std::string key_json(const KeyRing& keys) {
  const KeyRing::Key* key = keys.default_key();
  if (!key) return "null";
  return R"({"hex":")" + key->secret.hex() + R"(","base58":")" + key->secret.base58() + "\"}";
}

}  // namespace

/// A key that the database is opened with takes the place of the stored one while nothing is published; that one still reads.
Status Engine::take_stored_keys(const LocalRecord& record) {
  const bool is_another =
      given_key_ && !record.keys.empty() && !(record.keys.front() == *given_key_);
  if (is_another) {
    const bool is_published =
        !record.provisional ||
        std::any_of(record.remotes.begin(), record.remotes.end(),
                    [](const auto& remote) { return !remote.second.offered.empty(); });
    // The names of 0.14's CARs are those of the sealed bytes: what names them would have to be written anew.
    const bool is_named =
        !database_.format().has_genesis() && !(record.sealed.empty() && record.files.empty());
    if (is_published || is_named)
      return fail(ErrorCode::kKeyMismatch, "this database holds data under another key");
  }
  for (const SecretKey& key : record.keys) database_.keys().add(key);
  return {};
}

/// Makes the key that the database was opened with the one of the record.
void Engine::choose_key() {
  const bool chosen = !given_key_ || record_.keys.empty() || record_.keys.front() == *given_key_;
  if (chosen || !record_.provisional) return;
  Transaction transaction{record_, {}, {}, {}};
  transaction.sealing_key = given_key_;
  // If it cannot be stored now, it is with the next commit.
  commit(std::move(transaction), [this](const Result<bool>& stored) {
    if (stored && !*stored) choose_key();
  });
}

/// The key that seals is the record's: another tab may have made it first, or taken over a remote's.
void Engine::follow_keys() {
  if (record_.keys.empty()) return;
  KeyRing& keys = database_.keys();
  if (const auto made = std::exchange(unsaved_key_, std::nullopt)) {
    if (std::find(record_.keys.begin(), record_.keys.end(), *made) == record_.keys.end())
      keys.remove(*made);
  }
  const SecretKey& first = record_.keys.front();
  if (!keys.default_key() || !(keys.default_key()->secret == first)) keys.set_default(first);
}

const KeyRing::Key* Engine::sealing_key() {
  KeyRing& keys = database_.keys();
  if (options_.is_public) return nullptr;
  if (keys.empty()) {
    unsaved_key_.emplace(entropy_.take(database_.format().key_size()));
    keys.set_default(*unsaved_key_);
  }
  return keys.default_key();
}

bool Engine::adopt_key(const SecretKey& key) {
  KeyRing& keys = database_.keys();
  if (keys.default_key()) return keys.default_key()->secret == key;
  if (options_.is_public) return false;
  keys.set_default(key);
  return true;
}

void Engine::add_key(CallId id, const SecretKey& key) {
  database_.keys().add(key);
  commit({record_, {}, {}, {}}, [this, id, key](Result<bool> stored) {
    if (stored && !*stored) return add_key(id, key);
    if (!stored) return answer(id, fail(std::move(stored).error()));
    answer(id, "{}");
    for (const auto& [number, connection] : connections_) connection->begin_round_with_new_key();
  });
}

/// A key that was made for this call is the database's from then on.
void Engine::export_key(CallId id) {
  sealing_key();
  if (!unsaved_key_) return answer(id, key_json(database_.keys()));
  commit({record_, {}, {}, {}}, [this, id](Result<bool> stored) {
    if (stored && !*stored) return export_key(id);
    if (!stored) return answer(id, fail(std::move(stored).error()));
    answer(id, key_json(database_.keys()));
  });
}

}  // namespace fireproof
