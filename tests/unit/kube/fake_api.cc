#include "kube/fake_api.h"

#include <gtest/gtest.h>

#include <csignal>

#include "base/file.h"

namespace connected_registry::kube::testing {
namespace {

x509::IssueRequest request_for(const std::string& common_name) {
  return {common_name, {}, {}, system_now() - std::chrono::hours(1), std::chrono::hours(48)};
}

}  // namespace

x509::Pair make_ca() {
  return x509::issue_ca(request_for("test CA")).value();
}

x509::Pair make_server_certificate(const x509::Pair& ca, const std::string& address,
                                   const std::string& common_name) {
  x509::IssueRequest request = request_for(common_name);
  request.ip_addresses = {address};
  return x509::issue_server(request, ca).value();
}

std::string SeenRequest::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

std::string SeenRequest::parameter(const std::string& name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

FakeApi::FakeApi(const std::string& certificate_address)
    : certificate_(make_server_certificate(ca_, certificate_address, "127.0.0.1")),
      server_(certificate_.certificate.handle(), certificate_.key.handle()) {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  write_ca(ca_.certificate.to_pem());
  write_token("token-1");
  // A thread is held by each connection that is open.
  server_.new_task_queue = [] { return new httplib::ThreadPool(64); };
  server_.set_tcp_nodelay(true);
  server_.set_keep_alive_max_count(1000);
  server_.set_keep_alive_timeout(60);
  const auto serve_any = [this](const httplib::Request& request, httplib::Response& response) {
    serve(request, response);
  };
  server_.Get(".*", serve_any);
  server_.Post(".*", serve_any);
  server_.Put(".*", serve_any);
  server_.Patch(".*", serve_any);
  server_.Delete(".*", serve_any);
  port_ = server_.bind_to_any_port("127.0.0.1");
  EXPECT_GT(port_, 0);
  thread_ = std::thread([this] { server_.listen_after_bind(); });
  while (!server_.is_running()) std::this_thread::yield();
}

FakeApi::~FakeApi() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  server_.stop();
  thread_.join();
}

void FakeApi::handle(Handler handler) {
  const std::lock_guard lock(mutex_);
  handler_ = std::move(handler);
}

void FakeApi::answer(int status, std::string body) {
  handle([status, body = std::move(body)](const SeenRequest& /*request*/, httplib::Response& response) {
    response.status = status;
    response.set_content(body, "application/json");
  });
}

Configuration FakeApi::configuration() const {
  Configuration configuration;
  configuration.host = "127.0.0.1";
  configuration.port = port_;
  configuration.ca_file = directory_.path() / "ca.crt";
  configuration.token_file = directory_.path() / "token";
  configuration.timeout = kPatience;
  return configuration;
}

void FakeApi::write_token(std::string_view token) const {
  EXPECT_TRUE(file::write_atomically(directory_.path() / "token", token, 0600).has_value());
}

void FakeApi::write_ca(std::string_view pem) const {
  EXPECT_TRUE(file::write_atomically(directory_.path() / "ca.crt", pem, 0600).has_value());
}

std::vector<SeenRequest> FakeApi::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool FakeApi::wait_for_requests(std::size_t count) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return requests_.size() >= count; });
}

void FakeApi::stream(httplib::Response& response, std::vector<std::string> pieces, Afterwards afterwards) {
  response.set_chunked_content_provider("application/json", [this, pieces = std::move(pieces), afterwards](
                                                                std::size_t, httplib::DataSink& sink) {
    for (const std::string& piece : pieces) {
      if (!sink.write(piece.data(), piece.size())) return false;
    }
    if (afterwards == Afterwards::kStayOpen) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return closing_; });
      return false;
    }
    sink.done();
    return true;
  });
}

void FakeApi::serve(const httplib::Request& request, httplib::Response& response) {
  SeenRequest seen{
      request.method,  request.target, request.path,       {request.params.begin(), request.params.end()},
      request.headers, request.body,   request.remote_port};
  Handler handler;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(seen);
    handler = handler_;
  }
  changed_.notify_all();
  if (handler) handler(seen, response);
}

std::string status_object(int code, std::string_view reason, std::string_view message) {
  json::Document status = document(R"({"kind":"Status","apiVersion":"v1","status":"Failure"})");
  json::set(status, "code", json::Value(code), status.GetAllocator());
  json::set(status, "reason", reason, status.GetAllocator());
  json::set(status, "message", message, status.GetAllocator());
  return json::to_text(status);
}

json::Document document(std::string_view text) {
  return json::parse(text).value();
}

}  // namespace connected_registry::kube::testing
