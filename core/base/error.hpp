#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace fireproof {

/// The closed list of error codes that users see (docs/errors.md), and one that never leaves the core.
enum class ErrorCode {
  kNotFound,           ///< the document does not exist, or is deleted
  kInvalidDocument,    ///< a document that the format cannot hold
  kInvalidKey,         ///< a key of the wrong length or spelling
  kInvalidArgument,    ///< an argument that the call does not accept
  kKeyMissing,         ///< encrypted under a key that nobody here has
  kKeyMismatch,        ///< the remote uses another key than this database
  kCorruptCar,         ///< a CAR whose bytes do not match its name, or are no CAR
  kCorruptBlock,       ///< a block that is missing, or does not match its CID or its schema
  kCorruptMeta,        ///< a meta record that cannot be read
  kUnrelatedHistory,   ///< two histories without a common event
  kUnsupportedFormat,  ///< data of a format or version that is not read here
  kRolledBack,         ///< the remote went back to an older state
  kUnauthorized,       ///< the remote wants (other) credentials
  kForbidden,          ///< the remote refuses these credentials
  kConflict,           ///< somebody else was faster
  kOffline,            ///< the remote cannot be reached
  kTimeout,            ///< the remote does not answer
  kServer,             ///< the remote failed
  kQuotaExceeded,      ///< no room left, here or there
  kStorageLost,        ///< the local store vanished
  kAborted,            ///< stopped by the caller
  kClosed,             ///< the database or connection was closed
  kSuspended,          ///< internal: blocks must be loaded first, then the operation runs again
};

/// The name of a code as users see it, for example "corrupt-car".
std::string_view error_name(ErrorCode code);

/// The code with this name; kServer for a name that is not in the list.
ErrorCode error_code(std::string_view name);

/// What went wrong, as a value. `message` names the object concerned and what to do about it.
struct Error {
  ErrorCode code = ErrorCode::kServer;
  std::string message;
  bool permanent = false;  ///< the remote's answer will not change by asking again
  std::string remote{};    ///< the name of the remote concerned; empty: none
};

template <typename T>
using Result = tl::expected<T, Error>;

using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message), false, {}});
}

inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace fireproof

#define FIREPROOF_CONCAT_INNER(a, b) a##b
#define FIREPROOF_CONCAT(a, b) FIREPROOF_CONCAT_INNER(a, b)

/// Leaves the enclosing function with the error of `expression`, a Status.
#define FIREPROOF_CHECK(expression)                                  \
  do {                                                               \
    auto fireproof_status = (expression);                            \
    if (!fireproof_status) {                                         \
      return ::fireproof::fail(std::move(fireproof_status).error()); \
    }                                                                \
  } while (false)

#define FIREPROOF_TRY_INNER(result, declaration, expression)          \
  auto result = (expression);                                         \
  if (!(result)) return ::fireproof::fail(std::move(result).error()); \
  declaration = *std::move(result)

/// Declares or assigns the value of `expression`, a Result, or leaves with its error.
#define FIREPROOF_TRY(declaration, expression) \
  FIREPROOF_TRY_INNER(FIREPROOF_CONCAT(fireproof_result_, __LINE__), declaration, expression)
