#include "kube/api_error.h"

#include <string>

#include "base/timestamp.h"
#include "net/retry_after.h"

namespace connected_registry::kube {
namespace {

constexpr std::size_t kMessageLimit = 512;  // bytes

ErrorCode code_of(int http_status, std::string_view reason) {
  switch (http_status) {
    case 400:
    case 422:
      return ErrorCode::kInvalidArgument;
    case 401:
      return ErrorCode::kUnauthenticated;
    case 403:
      return ErrorCode::kPermissionDenied;
    case 404:
      return ErrorCode::kNotFound;
    case 409:
      return reason == "AlreadyExists" ? ErrorCode::kAlreadyExists : ErrorCode::kConflict;
    case 410:
      return ErrorCode::kExpired;
    case 429:
      return ErrorCode::kUnavailable;
    default:
      return http_status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kInternal;
  }
}

// Returns at most kMessageLimit bytes, cut between characters.
std::string cut(std::string_view message) {
  if (message.size() <= kMessageLimit) return std::string(message);
  std::size_t end = kMessageLimit;
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xc0U) == 0x80U) --end;
  return std::string(message.substr(0, end)) + "…";
}

// Only these answers are about the server's load; elsewhere the field means nothing.
bool is_overload(int http_status) {
  return http_status == 429 || http_status >= 500;
}

std::optional<std::chrono::seconds> wait_of(int http_status, std::string_view header,
                                            const json::Value* status) {
  if (!is_overload(http_status)) return std::nullopt;
  if (const auto wait = net::parse_retry_after(header, system_now())) return wait;
  const json::Value* const field =
      status == nullptr ? nullptr : json::find(*status, {"details", "retryAfterSeconds"});
  if (field == nullptr || !field->IsInt() || field->GetInt() <= 0) return std::nullopt;
  return std::chrono::seconds(field->GetInt());
}

ApiError make_error(int http_status, std::string_view header, const json::Value* status) {
  const std::string_view reason = status == nullptr ? "" : json::string_at(*status, {"reason"});
  const std::string_view message = status == nullptr ? "" : json::string_at(*status, {"message"});
  const std::string number = std::to_string(http_status);
  return {Error{code_of(http_status, reason), message.empty()
                                                  ? "the API server answered with HTTP status " + number
                                                  : cut(message) + " (" + number + ")"},
          wait_of(http_status, header, status)};
}

}  // namespace

ApiError error_of_response(int http_status, std::string_view retry_after, std::string_view body) {
  const auto status = json::parse(body);
  // Anything but a Status, such as a proxy's page, explains nothing to the reader of a log.
  const bool is_status = status && json::string_at(*status, {"kind"}) == "Status";
  return make_error(http_status, retry_after, is_status ? &*status : nullptr);
}

ApiError error_of_status(const json::Value& status) {
  const json::Value* const code = json::find(status, {"code"});
  return make_error(code != nullptr && code->IsInt() ? code->GetInt() : 500, {}, &status);
}

}  // namespace connected_registry::kube
