#include "kube/api_error.h"

#include <string>

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

// At most kMessageLimit bytes, cut between characters.
std::string cut(std::string_view message) {
  if (message.size() <= kMessageLimit) return std::string(message);
  std::size_t end = kMessageLimit;
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xc0U) == 0x80U) --end;
  return std::string(message.substr(0, end)) + "…";
}

Error make_error(int http_status, std::string_view reason, std::string_view message) {
  const std::string number = std::to_string(http_status);
  return {code_of(http_status, reason),
          message.empty() ? "the API answered " + number : cut(message) + " (" + number + ")"};
}

}  // namespace

Error error_of_answer(int http_status, std::string_view body) {
  const auto status = json::parse(body);
  // Not a Status: a proxy's page, for one. It explains nothing to the reader of a log.
  if (!status || json::string_at(*status, {"kind"}) != "Status") return make_error(http_status, {}, {});
  return make_error(http_status, json::string_at(*status, {"reason"}), json::string_at(*status, {"message"}));
}

Error error_of_status(const json::Value& status) {
  const json::Value* const code = json::find(status, {"code"});
  const int number = code != nullptr && code->IsInt() ? code->GetInt() : 500;
  return make_error(number, json::string_at(status, {"reason"}), json::string_at(status, {"message"}));
}

}  // namespace connected_registry::kube
