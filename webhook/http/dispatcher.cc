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
    return {.status = 404, .body = "there is nothing at this path; there is at " + paths + "\n"};
  }
  try {
    return route->handler(request);
  } catch (const std::exception& exception) {
    log::error("a handler threw", {{"path", route->path}, {"what", exception.what()}});
  } catch (...) {
    log::error("a handler threw", {{"path", route->path}});
  }
  return {.status = 500, .body = "internal error; the webhook's log says more\n"};
}

}  // namespace

Answer answer_request(const Routes& routes, const Head& head, std::span<char> body,
                      std::chrono::seconds keep_alive, const std::function<bool()>& closes) try {
  const std::string_view path = std::string_view(head.target).substr(0, head.target.find('?'));
  const HttpResponse response = call(routes, {head.method, path, body});
  Answer answer{.text = status_line(response.status), .closes = closes()};
  constexpr std::size_t kHeadSize = 256;
  answer.text.reserve(kHeadSize + response.body.size());
  answer.text.append("Content-Type: ").append(response.content_type);
  answer.text.append("\r\nContent-Length: ").append(std::to_string(response.body.size()));
  if (answer.closes) {
    answer.text.append("\r\nConnection: close");
  } else {
    answer.text.append("\r\nKeep-Alive: timeout=").append(std::to_string(keep_alive.count()));
  }
  answer.text.append("\r\n\r\n");
  if (head.method != "HEAD") answer.text.append(response.body);
  return answer;
} catch (const std::exception& error) {
  log::error("an answer could not be written", {{"what", error.what()}});
  return {};
}

}  // namespace connected_registry::http
