#include "http/dispatcher.h"

#include <algorithm>
#include <exception>

#include "base/log.h"

namespace connected_registry::http {
namespace {

HttpResponse call(const Routes& routes, const HttpRequest& request) {
  const auto route = std::find_if(routes.begin(), routes.end(),
                                  [&request](const Route& each) { return each.path == request.path; });
  if (route == routes.end()) {
    std::string paths;
    for (const Route& each : routes) paths.append(paths.empty() ? "" : ", ").append(each.path);
    return {.status = 404, .body = "not found; the paths are " + paths + "\n"};
  }
  try {
    return route->handler(request);
  } catch (const std::exception& exception) {
    log::error("a handler threw", {{"path", route->path}, {"error", exception.what()}});
  } catch (...) {
    log::error("a handler threw", {{"path", route->path}});
  }
  return {.status = 500, .body = "internal error; see the log of this pod\n"};
}

}  // namespace

SerializedResponse handle_request(const Routes& routes, const Head& head, std::span<char> body,
                                  std::chrono::seconds keep_alive, const std::function<bool()>& closes) try {
  const std::string_view path = std::string_view(head.target).substr(0, head.target.find('?'));
  const HttpResponse response = call(routes, {head.method, path, body});
  SerializedResponse out{.text = status_line(response.status), .closes = closes()};
  constexpr std::size_t kHeadSize = 256;
  out.text.reserve(kHeadSize + response.body.size());
  out.text.append("Content-Type: ").append(response.content_type);
  out.text.append("\r\nContent-Length: ").append(std::to_string(response.body.size()));
  if (out.closes) {
    out.text.append("\r\nConnection: close");
  } else {
    out.text.append("\r\nKeep-Alive: timeout=").append(std::to_string(keep_alive.count()));
  }
  out.text.append("\r\n\r\n");
  if (head.method != "HEAD") out.text.append(response.body);
  return out;
} catch (const std::exception& error) {
  log::error("cannot serialize a response", {{"error", error.what()}});
  return {};
}

}  // namespace connected_registry::http
