#include "server/exchange.h"

#include <httplib.h>

#include <algorithm>
#include <exception>
#include <limits>

#include "base/log.h"

namespace connected_registry::server {
namespace {

// A stream in memory: reads the request's head, collects the answer, so that it leaves in one write.
class MemoryStream final : public httplib::Stream {
 public:
  explicit MemoryStream(std::string_view input) : input_(input) {}

  bool is_readable() const override { return !input_.empty(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* target, size_t size) override {
    const std::size_t count = std::min(size, input_.size());
    std::copy_n(input_.begin(), count, target);
    input_.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* source, size_t size) override {
    output_.append(source, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return 0; }

  std::string take_output() { return std::move(output_); }

 private:
  std::string_view input_;
  std::string output_;
};

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

// The route is called from the hook that runs before httplib's own routing: the body is then taken from where
// it is, and none of httplib's reading of bodies, forms and ranges runs.
class Exchange::Adapter final : private httplib::Server {
 public:
  Adapter(const Routes& routes, std::chrono::seconds keep_alive) {
    set_keep_alive_timeout(keep_alive.count());
    set_keep_alive_max_count(std::numeric_limits<int>::max());
    set_pre_routing_handler([this, &routes](const httplib::Request& request, httplib::Response& response) {
      HttpResponse answer = call(routes, {request.method, request.path, body_});
      response.status = answer.status;
      response.body = std::move(answer.body);
      response.set_header("Content-Type", answer.content_type);
      return HandlerResponse::Handled;
    });
    set_post_routing_handler([this](const httplib::Request&, httplib::Response& response) {
      answer_.closes = (*closes_)();
      if (!answer_.closes) return;
      response.headers.erase("Keep-Alive");
      response.set_header("Connection", "close");
    });
  }

  Answer answer(const Head& head, std::span<char> body, const std::function<bool()>& closes) {
    answer_ = {};
    body_ = body;
    closes_ = &closes;
    // No header field of the client's reaches httplib, and no query: nothing here reads one.
    std::string text(head.method);
    text.append(" ").append(head.target.substr(0, head.target.find('?'))).append(" HTTP/1.1\r\n\r\n");
    MemoryStream stream(text);
    bool connection_closed = false;
    process_request(stream, false, connection_closed, nullptr);
    answer_.text = stream.take_output();
    return std::move(answer_);
  }

 private:
  // Of the request that is being answered.
  Answer answer_;
  std::span<char> body_;
  const std::function<bool()>* closes_ = nullptr;
};

Exchange::Exchange(const Routes& routes, std::chrono::seconds keep_alive)
    : adapter_(std::make_unique<Adapter>(routes, keep_alive)) {}

Exchange::~Exchange() = default;

Exchange::Answer Exchange::answer(const Head& head, std::span<char> body,
                                  const std::function<bool()>& closes) {
  try {
    return adapter_->answer(head, body, closes);
  } catch (const std::exception& exception) {
    log::error("an answer could not be written", {{"what", exception.what()}});
    return {};
  }
}

}  // namespace connected_registry::server
