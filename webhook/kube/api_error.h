// Errors of calls to the API server.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::kube {

// An Error with the server's advice for a retry. A caller that does not retry can convert it to a plain
// Error.
struct ApiError : Error {
  ApiError(Error error, std::optional<std::chrono::seconds> wait = {})  // NOLINT: an Error is one, too
      : Error(std::move(error)), retry_after(wait) {}

  // Time that the server asks the client to wait: Retry-After of a 429 or a 5xx, or retryAfterSeconds of the
  // Status.
  std::optional<std::chrono::seconds> retry_after;

  ApiError with_context(std::string_view context) && {
    return {std::move(static_cast<Error&>(*this)).with_context(context), retry_after};
  }
};

template <typename T>
using ApiResult = tl::expected<T, ApiError>;
using ApiStatus = ApiResult<void>;

// Returns the error for an unsuccessful response. The arguments are its HTTP status, its Retry-After header
// (may be empty), and its body, which may be a Status object (meta/v1) or any other text.
ApiError error_of_response(int http_status, std::string_view retry_after, std::string_view body);

// Returns the error for a Status object, such as that of a watch's ERROR event.
ApiError error_of_status(const json::Value& status);

}  // namespace connected_registry::kube
