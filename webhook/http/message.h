// What a handler gets and gives.
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
  // What the handler may do with as it likes: parse it in place, say. Behind it is a NUL, and
  // InputBuffer::kPadding bytes may be read.
  std::span<char> body;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
};

// Called from many threads at once. An exception becomes a 500 that says nothing of it, and a line in the
// log.
using Handler = std::function<HttpResponse(const HttpRequest& request)>;

struct Route {
  std::string path;
  Handler handler;
};
using Routes = std::vector<Route>;

// The first line of an answer (RFC 9112 4), with its end.
std::string status_line(int status);

}  // namespace connected_registry::http
