// Requests and responses as handlers see them.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace connected_registry::http {

// Valid during the call of the handler.
struct HttpRequest {
  std::string_view method;
  std::string_view path;  // without the query
  // The handler may change it, for example parse it in place. A NUL follows it, and InputBuffer::kPadding
  // bytes behind it may be read.
  std::span<char> body;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
};

// Called from many threads at once. An exception becomes a response 500 without details and a line in the
// log.
using Handler = std::function<HttpResponse(const HttpRequest& request)>;

struct Route {
  std::string path;
  Handler handler;
};
using Routes = std::vector<Route>;

// Returns the first line of a response (RFC 9112, section 4), with its line end.
std::string status_line(int status);

}  // namespace connected_registry::http
