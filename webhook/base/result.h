// Errors as values: a function that can fail returns a Result, and no exception leaves a module.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace connected_registry {

// The kind of a failure, for callers to branch on. The message is for people.
enum class ErrorCode {
  kInvalidArgument,   // the input is wrong: a retry is useless
  kNotFound,          // the named object does not exist
  kAlreadyExists,     // an object of that name exists
  kConflict,          // another writer was first: read again, then retry
  kExpired,           // the resourceVersion is too old (HTTP 410): list again
  kPermissionDenied,  // authenticated, but not allowed
  kUnauthenticated,   // not authenticated (token missing or expired)
  kUnavailable,       // no answer now: retry later
  kTimeout,           // no answer in time: retry later
  kIo,                // a file could not be read or written
  kCancelled,         // a stop was requested
  kInternal,          // a defect, or an answer that makes no sense
};

// Returns the enumerator's name in snake_case, without its k ("not_found").
std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string message;  // lower case, no full stop, never the content of a secret

  // Adds a context in front: "settings: service.clusterIP: not an address".
  Error with_context(std::string_view context) && {
    message.insert(0, std::string(context) + ": ");
    return std::move(*this);
  }
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

// Passes an error on with a context in front of its message.
inline tl::unexpected<Error> fail(Error error, std::string_view context) {
  return tl::unexpected<Error>(std::move(error).with_context(context));
}

}  // namespace connected_registry
