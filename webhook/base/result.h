// Errors as values: every function that can fail returns a Result, and no exception leaves a module.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace connected_registry {

// What kind of failure it was: what a caller may branch on. The message is for people.
enum class ErrorCode {
  kInvalidArgument,   // the input is wrong and stays wrong: do not retry
  kNotFound,          // the thing named does not exist
  kAlreadyExists,     // create met an object of that name
  kConflict,          // somebody else changed it first: read again, then retry
  kExpired,           // the position is too old (HTTP 410): list again
  kPermissionDenied,  // we are known, but may not
  kUnauthenticated,   // we are not known (token missing, expired)
  kUnavailable,       // nobody answers now: retry later
  kTimeout,           // no answer within the time given: retry later
  kIo,                // a file could not be read or written
  kCancelled,         // we were asked to stop
  kInternal,          // a defect of ours, or an answer that makes no sense
};

// The enumerator's name without its k, in words a log can carry ("not_found").
std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string message;  // lower case, no full stop, never a secret's content

  // Adds where it happened in front: "settings: service.clusterIP: not an address".
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

// Passes an error on with the name of what we were doing.
inline tl::unexpected<Error> fail(Error error, std::string_view context) {
  return tl::unexpected<Error>(std::move(error).with_context(context));
}

}  // namespace connected_registry
