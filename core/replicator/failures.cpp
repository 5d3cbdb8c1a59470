#include "replicator/failures.hpp"

#include "ipld/json.hpp"

namespace fireproof {

bool is_damage(ErrorCode code) {
  return code == ErrorCode::kCorruptCar || code == ErrorCode::kCorruptBlock;
}

bool is_transient(ErrorCode code) {
  switch (code) {
    case ErrorCode::kOffline:
    case ErrorCode::kTimeout:
    case ErrorCode::kServer:
    case ErrorCode::kConflict:
    case ErrorCode::kQuotaExceeded:
    case ErrorCode::kUnauthorized:
    case ErrorCode::kForbidden:
      return true;
    default:
      return is_damage(code);
  }
}

bool is_final(ErrorCode code) {
  return code == ErrorCode::kKeyMissing || code == ErrorCode::kKeyMismatch ||
         code == ErrorCode::kUnsupportedFormat;
}

std::string_view state_after(ErrorCode code) {
  switch (code) {
    case ErrorCode::kOffline:
    case ErrorCode::kTimeout:
      return "offline";
    case ErrorCode::kUnauthorized:
    case ErrorCode::kForbidden:
      return "unauthorized";
    default:
      return "error";
  }
}

std::string error_json(const Error& error) {
  std::string json = R"({"code":)";
  json::append_text(json, error_name(error.code));
  json.append(R"(,"message":)");
  json::append_text(json, error.message);
  if (!error.remote.empty()) {
    json.append(R"(,"remote":)");
    json::append_text(json, error.remote);
  }
  if (error.permanent) json.append(R"(,"retryable":false)");
  return json + "}";
}

}  // namespace fireproof
