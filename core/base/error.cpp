#include "base/error.hpp"

#include <array>

namespace fireproof {
namespace {

struct Name {
  ErrorCode code;
  std::string_view text;
};

constexpr std::array kNames{
    Name{ErrorCode::kNotFound, "not-found"},
    Name{ErrorCode::kInvalidDocument, "invalid-document"},
    Name{ErrorCode::kInvalidKey, "invalid-key"},
    Name{ErrorCode::kInvalidArgument, "invalid-argument"},
    Name{ErrorCode::kKeyMissing, "key-missing"},
    Name{ErrorCode::kKeyMismatch, "key-mismatch"},
    Name{ErrorCode::kCorruptCar, "corrupt-car"},
    Name{ErrorCode::kCorruptBlock, "corrupt-block"},
    Name{ErrorCode::kCorruptMeta, "corrupt-meta"},
    Name{ErrorCode::kUnrelatedHistory, "unrelated-history"},
    Name{ErrorCode::kUnsupportedFormat, "unsupported-format"},
    Name{ErrorCode::kRolledBack, "rolled-back"},
    Name{ErrorCode::kUnauthorized, "unauthorized"},
    Name{ErrorCode::kForbidden, "forbidden"},
    Name{ErrorCode::kConflict, "conflict"},
    Name{ErrorCode::kOffline, "offline"},
    Name{ErrorCode::kTimeout, "timeout"},
    Name{ErrorCode::kServer, "server"},
    Name{ErrorCode::kQuotaExceeded, "quota-exceeded"},
    Name{ErrorCode::kStorageLost, "storage-lost"},
    Name{ErrorCode::kAborted, "aborted"},
    Name{ErrorCode::kClosed, "closed"},
    Name{ErrorCode::kSuspended, "suspended"},
};

}  // namespace

std::string_view error_name(ErrorCode code) {
  for (const Name& name : kNames) {
    if (name.code == code) return name.text;
  }
  return "server";
}

ErrorCode error_code(std::string_view name) {
  for (const Name& known : kNames) {
    if (known.text == name) return known.code;
  }
  return ErrorCode::kServer;
}

}  // namespace fireproof
