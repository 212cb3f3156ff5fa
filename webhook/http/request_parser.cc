#include "http/request_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "base/duration.h"
#include "http/message.h"

namespace connected_registry::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

using MaybeError = std::optional<HttpError>;

HttpError make_error(int status, std::string message) {
  return {.status = status, .message = std::move(message)};
}
HttpError malformed(std::string message) {
  return make_error(400, std::move(message));
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

// Reports whether the text is a token (RFC 9110, section 5.6.2).
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [kMarks](char c) {
    const char l = lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= ' ' && byte != 0x7f);
  });
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// Reports whether the comma-separated list has the word.
bool lists(std::string_view list, std::string_view word) {
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    if (equals_ignoring_case(trim(list.substr(begin, end - begin)), word)) return true;
    begin = end + 1;
  }
  return false;
}

// The header fields that matter.
struct Fields {
  std::optional<std::string_view> host;
  std::optional<std::size_t> content_length;
  std::string_view content_type;
  bool has_transfer_encoding = false;
  bool has_content_encoding = false;
  bool close = false;
  bool keep_alive = false;
  std::optional<std::string_view> expect;
};

MaybeError read_content_length(std::string_view value, Fields& fields) {
  std::size_t length = 0;
  const char* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, length);
  if (value.empty() || stop != end || error != std::errc()) {
    return malformed("the Content-Length is not a number of bytes");
  }
  if (fields.content_length && *fields.content_length != length) {
    return malformed("there are two different Content-Length fields");
  }
  fields.content_length = length;
  return std::nullopt;
}

MaybeError read_field(std::string_view name, std::string_view value, Fields& fields) {
  const auto is = [name](std::string_view known) { return equals_ignoring_case(name, known); };
  if (is("host")) {
    if (fields.host) return malformed("there are two Host fields");
    fields.host = value;
  } else if (is("content-length")) {
    return read_content_length(value, fields);
  } else if (is("content-type")) {
    fields.content_type = value;
  } else if (is("transfer-encoding")) {
    fields.has_transfer_encoding = true;
  } else if (is("content-encoding")) {
    fields.has_content_encoding = fields.has_content_encoding || !equals_ignoring_case(value, "identity");
  } else if (is("connection")) {
    fields.close = fields.close || lists(value, "close");
    fields.keep_alive = fields.keep_alive || lists(value, "keep-alive");
  } else if (is("expect")) {
    fields.expect = value;
  }
  return std::nullopt;
}

MaybeError read_fields(std::string_view lines, Fields& fields) {
  std::size_t count = 0;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find(kLineEnd), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + kLineEnd.size(), lines.size()));
    if (++count > kMaxFields) {
      return make_error(431, "there are more than " + std::to_string(kMaxFields) + " header fields");
    }
    const std::size_t colon = line.find(':');
    // A name that starts with a blank is a folded line, which a server may refuse (RFC 9112, section 5.2).
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
      return malformed("a header field is not NAME: VALUE");
    }
    const std::string_view value = trim(line.substr(colon + 1));
    if (!is_field_value(value)) return malformed("a header field holds a control character");
    if (MaybeError problem = read_field(line.substr(0, colon), value, fields)) return problem;
  }
  return std::nullopt;
}

MaybeError read_request_line(std::string_view line, Head& head, bool& http_1_1) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return malformed("the request line is not METHOD TARGET VERSION");
  }
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return make_error(505, "only HTTP/1.1 and HTTP/1.0 are supported");
  http_1_1 = version == "HTTP/1.1";
  if (!is_token(line.substr(0, first))) return malformed("the method is not a token");
  const bool printable =
      std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
  if (!target.starts_with('/') || !printable) return malformed("the target is not a path");
  head.method = line.substr(0, first);
  head.target = target;
  return std::nullopt;
}

MaybeError check_method(std::string_view method, const RequestLimits& limits) {
  if (limits.content_type.empty()) {
    if (method == "GET" || method == "HEAD") return std::nullopt;
    return HttpError{405, "only GET and HEAD are allowed", "GET, HEAD"};
  }
  if (method == "POST") return std::nullopt;
  return HttpError{405, "only POST is allowed", "POST"};
}

MaybeError check_body(const Fields& fields, const RequestLimits& limits, Head& head) {
  if (fields.has_transfer_encoding) {
    return make_error(411, "Transfer-Encoding is not supported: send the body with a Content-Length");
  }
  if (limits.content_type.empty()) {
    if (fields.content_length.value_or(0) > 0) return make_error(413, "this request must have no body");
    return std::nullopt;
  }
  if (fields.has_content_encoding)
    return make_error(415, "Content-Encoding is not supported: send the body unencoded");
  const std::string_view type = trim(fields.content_type.substr(0, fields.content_type.find(';')));
  if (!equals_ignoring_case(type, limits.content_type)) {
    return make_error(415, "the Content-Type is not " + std::string(limits.content_type));
  }
  if (!fields.content_length) return make_error(411, "send the body with a Content-Length");
  if (*fields.content_length > limits.max_body) {
    return make_error(413, "the body is longer than " + std::to_string(limits.max_body) + " bytes");
  }
  head.body_length = *fields.content_length;
  return std::nullopt;
}

}  // namespace

tl::expected<std::optional<std::size_t>, HttpError> head_length(std::string_view bytes,
                                                                std::size_t searched) {
  if (searched <= kMaxRequestLine && bytes.size() > kMaxRequestLine &&
      bytes.substr(0, kMaxRequestLine + kLineEnd.size()).find(kLineEnd) == std::string_view::npos) {
    return tl::unexpected(
        make_error(414, "the request line is longer than " + std::to_string(kMaxRequestLine) + " bytes"));
  }
  // The end may have begun in the bytes that were searched.
  const std::size_t from = searched - std::min(searched, kHeadEnd.size() - 1);
  const std::size_t end = bytes.substr(0, kMaxHead).find(kHeadEnd, from);
  if (end != std::string_view::npos) return end + kHeadEnd.size();
  if (bytes.size() >= kMaxHead) {
    return tl::unexpected(
        make_error(431, "the header fields are longer than " + std::to_string(kMaxHead) + " bytes"));
  }
  return std::nullopt;
}

tl::expected<Head, HttpError> parse_head(std::string_view text, const RequestLimits& limits) {
  Head head;
  bool http_1_1 = true;
  text = text.substr(0, text.size() - kHeadEnd.size());
  const std::size_t line_end = std::min(text.find(kLineEnd), text.size());
  if (auto problem = read_request_line(text.substr(0, line_end), head, http_1_1)) {
    return tl::unexpected(std::move(*problem));
  }
  text.remove_prefix(std::min(line_end + kLineEnd.size(), text.size()));
  Fields fields;
  if (auto problem = read_fields(text, fields)) return tl::unexpected(std::move(*problem));
  if (http_1_1 && !fields.host) return tl::unexpected(malformed("the Host field is missing"));
  if (auto problem = check_method(head.method, limits)) return tl::unexpected(std::move(*problem));
  if (auto problem = check_body(fields, limits, head)) return tl::unexpected(std::move(*problem));
  if (fields.expect) {
    if (!equals_ignoring_case(*fields.expect, "100-continue")) {
      return tl::unexpected(make_error(417, "the only supported Expect is 100-continue"));
    }
    head.expects_continue = http_1_1;
  }
  head.keep_alive = !fields.close && (http_1_1 || fields.keep_alive);
  return head;
}

std::optional<std::chrono::milliseconds> client_timeout(std::string_view target) {
  constexpr std::string_view kName = "timeout=";
  std::size_t at = std::min(target.find('?'), target.size());
  while (at < target.size() && target.substr(at + 1, kName.size()) != kName) {
    at = std::min(target.find('&', at + 1), target.size());
  }
  if (at >= target.size()) return std::nullopt;
  target.remove_prefix(at + 1 + kName.size());
  const auto timeout = parse_duration(target.substr(0, target.find('&')));
  return timeout ? std::optional<std::chrono::milliseconds>(*timeout) : std::nullopt;
}

HttpError overload_error(std::string_view target) {
  // The second of Retry-After, and time for the response.
  constexpr std::chrono::milliseconds kEnough{2'000};
  HttpError out{kOverloaded, "too many requests at once; try again later", {}};
  out.retry = client_timeout(target).value_or(std::chrono::milliseconds(0)) >= kEnough;
  return out;
}

std::string serialize_error(const HttpError& error) {
  const std::string body = error.message + "\n";
  std::string out = status_line(error.status);
  if (!error.allow.empty()) out.append("Allow: ").append(error.allow).append(kLineEnd);
  if (error.retry) out.append("Retry-After: 1\r\n");
  out.append("Content-Type: text/plain; charset=utf-8\r\n");
  out.append("Content-Length: ").append(std::to_string(body.size())).append(kLineEnd);
  out.append("Connection: close\r\n\r\n").append(body);
  return out;
}

}  // namespace connected_registry::http
