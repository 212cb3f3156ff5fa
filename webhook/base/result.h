// Errors as values. A function that can fail returns a Result. No exception leaves a module.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace connected_registry {

// The kind of a failure. Callers branch on the code; the message is for people.
enum class ErrorCode {
  kInvalidArgument,   // the input is wrong; a retry is useless
  kNotFound,          // the named object does not exist
  kAlreadyExists,     // an object of that name exists
  kConflict,          // another writer was first; read again, then retry
  kExpired,           // the resourceVersion is too old (HTTP 410); list again
  kPermissionDenied,  // authenticated, but not allowed
  kUnauthenticated,   // not authenticated (token missing or expired)
  kUnavailable,       // no answer now; retry later
  kTimeout,           // no answer in time; retry later
  kIo,                // a file could not be read or written
  kCancelled,         // a stop was requested
  kInternal,          // a defect of the program, or an invalid answer
};

// Returns the enumerator's name in snake_case without the initial k ("not_found").
std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string message;  // in lower case, without a full stop, without the content of a secret

  // Inserts a context before the message: "settings: service.clusterIP: not an address".
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

// Returns the error as a failure, with a context before its message.
inline tl::unexpected<Error> fail(Error error, std::string_view context) {
  return tl::unexpected<Error>(std::move(error).with_context(context));
}

}  // namespace connected_registry
