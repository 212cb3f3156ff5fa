// The requests that handlers receive, and their responses.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace connected_registry::http {

// A request. It is valid during the call of the handler.
struct HttpRequest {
  std::string_view method;
  std::string_view path;  // without the query
  // The handler may change the body, for example to parse it in place. A NUL follows the body. Starting with
  // this NUL, InputBuffer::kPadding bytes can be read.
  std::span<char> body;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
};

// A function that answers a request. It is called from several threads at the same time. If it throws an
// exception, the client gets a response 500 without details, and the exception is logged.
using Handler = std::function<HttpResponse(const HttpRequest& request)>;

struct Route {
  std::string path;
  Handler handler;
};
using Routes = std::vector<Route>;

// Returns the first line of a response (RFC 9112, section 4), with its line end.
std::string status_line(int status);

}  // namespace connected_registry::http
