// Reads the head of an HTTP/1 request (RFC 9112) and decides whether the request may come in. Pure.
//
// Everything that a general HTTP library would act upon by itself (ranges, compression, chunks, forms) ends
// here: behind the gate is a method, a target and a body of known, bounded length.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace connected_registry::http {

struct RequestLimits {
  std::string_view content_type;  // of the body; requests are then POST. Empty: GET and HEAD without a body
  std::size_t max_body = 0;
};
inline constexpr std::size_t kMaxBody = std::size_t{8} << 20;  // an admission review can hold 7 MiB
// POST of JSON with a Content-Length.
inline constexpr RequestLimits kJsonPosts{"application/json", kMaxBody};
// GET and HEAD.
inline constexpr RequestLimits kReads{};

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

// A request that does not come in. The connection has to be closed: where its body ends is not known.
struct HttpError {
  int status = 400;
  std::string message;          // what is wrong and what to do; holds nothing of the request
  std::string_view allow = {};  // methods, with a 405
  bool retry = false;           // the client may try again in a second
};

inline constexpr int kOverloaded = 503;
// The refusal of a request that there is no memory for. Its client is asked to try again where that fits into
// the time that it says it waits ("?timeout=3s", as API servers do).
HttpError overload_error(std::string_view target);

// How long the client of this target waits by its "timeout" parameter, a duration as Go writes it.
std::optional<std::chrono::milliseconds> client_timeout(std::string_view target);

// The length of the head that `bytes` starts with, its empty line included; nullopt where it has not ended
// yet, a refusal where it is too long to go on. The first `searched` bytes were looked at before.
tl::expected<std::optional<std::size_t>, HttpError> head_length(std::string_view bytes,
                                                                std::size_t searched = 0);

// `head` ends with the empty line.
tl::expected<Head, HttpError> read_head(std::string_view head, const RequestLimits& rules);

// The whole answer, after which the connection is closed.
std::string error_text(const HttpError& refusal);

}  // namespace connected_registry::http
