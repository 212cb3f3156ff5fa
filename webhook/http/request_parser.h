// A strict parser for the head of an HTTP/1 request (RFC 9112). Pure functions.
//
// General HTTP libraries process some features automatically: ranges, compression, chunks, forms. This parser
// ignores or refuses them. A parsed request is a method, a target and a body of a known and limited length.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace connected_registry::http {

struct RequestLimits {
  std::string_view content_type;  // type of a POST's body; empty: only GET and HEAD, without a body
  std::size_t max_body = 0;
};
inline constexpr std::size_t kMaxBody = std::size_t{8} << 20;  // an admission review can have 7 MiB
// Allows POST of JSON with a Content-Length.
inline constexpr RequestLimits kPostJson{"application/json", kMaxBody};
// Allows GET and HEAD.
inline constexpr RequestLimits kGetOrHead{};

inline constexpr std::size_t kMaxRequestLine = std::size_t{4} << 10;
inline constexpr std::size_t kMaxHead = std::size_t{16} << 10;  // request line and header fields
inline constexpr std::size_t kMaxFields = 100;

struct Head {
  std::string method;
  std::string target;  // starts with '/'; printable ASCII only
  std::size_t body_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;  // the client waits for "100 Continue" before it sends the body
};

// The reason why a request is refused. The connection must be closed, because the end of the request's body
// is not known.
struct HttpError {
  int status = 400;
  std::string message;          // the problem and its solution; contains no text of the request
  std::string_view allow = {};  // allowed methods, if the status is 405
  bool retry = false;           // true: the client may try again after a second
};

inline constexpr int kOverloaded = 503;
// Returns the error for a lack of memory. It asks the client to try again if the client waits long enough
// according to its "?timeout=3s". API servers send this parameter.
HttpError overload_error(std::string_view target);

// Returns the time that the client waits, from the parameter "timeout" of the target. API servers round it up
// to whole seconds; see parse_duration().
std::optional<std::chrono::milliseconds> client_timeout(std::string_view target);

// Returns the length of the head at the start of `bytes`, including the empty line. Returns nullopt if the
// head is not complete yet. A head that is too long is an error. The caller knows that the first `searched`
// bytes do not contain the end.
tl::expected<std::optional<std::size_t>, HttpError> head_length(std::string_view bytes,
                                                                std::size_t searched = 0);

// Parses a head, including the empty line at its end.
tl::expected<Head, HttpError> parse_head(std::string_view head, const RequestLimits& limits);

// Returns the whole response for the error. After it, the connection must be closed.
std::string serialize_error(const HttpError& error);

}  // namespace connected_registry::http
