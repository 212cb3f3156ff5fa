// Errors of calls to the API server.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::kube {

// An error with what the server says about another try. Converts to a plain Error where nobody tries again.
struct ApiError : Error {
  ApiError(Error error, std::optional<std::chrono::seconds> wait = {})  // NOLINT: an Error is one, too
      : Error(std::move(error)), retry_after(wait) {}

  // How long the server asks to wait: Retry-After of a 429 or a 5xx, or retryAfterSeconds of the Status.
  std::optional<std::chrono::seconds> retry_after;

  ApiError with_context(std::string_view context) && {
    return {std::move(static_cast<Error&>(*this)).with_context(context), retry_after};
  }
};

template <typename T>
using ApiResult = tl::expected<T, ApiError>;
using ApiStatus = ApiResult<void>;

// Makes an error of a response that is no success: its HTTP status, its Retry-After header (may be empty),
// and its body, which is a Status object (meta/v1) or anything else.
ApiError error_of_response(int http_status, std::string_view retry_after, std::string_view body);

// Makes an error of a Status object, as a watch's ERROR event carries one.
ApiError error_of_status(const json::Value& status);

}  // namespace connected_registry::kube
