// Parses the head of an HTTP/1 request (RFC 9112), strictly. Pure.
//
// Features that a general HTTP library would act upon by itself (ranges, compression, chunks, forms) are
// ignored or refused here: a parsed request is a method, a target and a body of known, bounded length.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace connected_registry::http {

struct RequestLimits {
  std::string_view content_type;  // of the body of a POST; empty: only GET and HEAD, without a body
  std::size_t max_body = 0;
};
inline constexpr std::size_t kMaxBody = std::size_t{8} << 20;  // an admission review can be 7 MiB long
// Accepts POST of JSON with a Content-Length.
inline constexpr RequestLimits kPostJson{"application/json", kMaxBody};
// Accepts GET and HEAD.
inline constexpr RequestLimits kGetOrHead{};

inline constexpr std::size_t kMaxRequestLine = std::size_t{4} << 10;
inline constexpr std::size_t kMaxHead = std::size_t{16} << 10;  // request line and all header fields
inline constexpr std::size_t kMaxFields = 100;

struct Head {
  std::string method;
  std::string target;  // starts with '/', printable ASCII
  std::size_t body_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;  // the client waits for "100 Continue" before it sends the body
};

// A request that is refused. The connection has to be closed: the end of the request's body is unknown.
struct HttpError {
  int status = 400;
  std::string message;          // the problem and what to do; quotes nothing of the request
  std::string_view allow = {};  // methods, with a 405
  bool retry = false;           // the client may try again in a second
};

inline constexpr int kOverloaded = 503;
// Returns the error for a request that memory is too short for. It asks the client to try again if the client
// waits for long enough, by its "?timeout=3s" (API servers send it).
HttpError overload_error(std::string_view target);

// Returns how long the client of this target waits by its "timeout" parameter. API servers round it up to
// whole seconds; see parse_duration().
std::optional<std::chrono::milliseconds> client_timeout(std::string_view target);

// Returns the length of the head that `bytes` start with, the empty line included, or nullopt where it has
// not ended yet. A head that is too long is an error. The first `searched` bytes are known to hold no end.
tl::expected<std::optional<std::size_t>, HttpError> head_length(std::string_view bytes,
                                                                std::size_t searched = 0);

// Parses a head, which ends with the empty line.
tl::expected<Head, HttpError> parse_head(std::string_view head, const RequestLimits& limits);

// Returns the whole response, after which the connection is to be closed.
std::string serialize_error(const HttpError& error);

}  // namespace connected_registry::http
