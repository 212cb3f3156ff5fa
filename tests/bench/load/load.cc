#include "load/load.h"

#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <random>
#include <utility>

#include "base/descriptor.h"
#include "base/openssl.h"
#include "load/client_connection.h"
#include "load/review.h"
#include "metrics/process.h"

namespace connected_registry::bench {
namespace {

using Time = std::chrono::steady_clock::time_point;
using std::chrono::steady_clock;

// Returns the user and system time of the processes so far.
double cpu_seconds(const std::vector<int>& processes) {
  double total = 0;
  for (const int process : processes) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string line;
    std::getline(file, line);
    if (const auto stat = metrics::parse_process_stat(line)) {
      total += static_cast<double>(stat->user_ticks + stat->system_ticks);
    }
  }
  return total / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// A client that sends request after request.
struct User {
  std::unique_ptr<ClientConnection> connection;
  std::size_t port = 0;  // index
  std::string request;
  std::string uid;
  Time sent;
  Time resumes;  // the end of a pause
  bool pausing = false;
};

class Load {
 public:
  explicit Load(const LoadRequest& request)
      : request_(request),
        epoll_(epoll_create1(EPOLL_CLOEXEC)),
        context_(SSL_CTX_new(TLS_client_method())),
        body_(pod_review(request.image_host, request.size)),
        users_(request.connections) {
    result_.request_bytes = body_.size();
    result_.latencies.reserve(1U << 20U);
  }

  LoadResult run() {
    const Time begin = steady_clock::now();
    const Time measured = begin + request_.warm_up;
    const Time end = measured + request_.duration;
    for (std::size_t i = 0; i < users_.size(); ++i) {
      users_[i].port = i % request_.ports.size();
      users_[i].request = admission_request(body_, request_.keep_alive);
      send(i);
    }
    while (!is_over(end)) {
      if (!measuring_ && steady_clock::now() >= measured) start_measuring();
      turn();
    }
    result_.seconds = std::chrono::duration<double>(steady_clock::now() - measured_since_).count();
    result_.server_cpu_seconds = cpu_seconds(request_.processes) - cpu_before_;
    std::sort(result_.latencies.begin(), result_.latencies.end());
    return std::move(result_);
  }

 private:
  bool is_over(Time end) const {
    if (request_.requests > 0) return done_ >= request_.requests;
    return steady_clock::now() >= end;
  }

  void start_measuring() {
    measuring_ = true;
    measured_since_ = steady_clock::now();
    cpu_before_ = cpu_seconds(request_.processes);
  }

  void turn() {
    constexpr int kEvents = 64;
    constexpr int kMilliseconds = 5;
    std::array<epoll_event, kEvents> events{};
    const int count = epoll_wait(epoll_.get(), events.data(), kEvents, kMilliseconds);
    for (int i = 0; i < count; ++i)
      go_on(static_cast<std::size_t>(events.at(static_cast<std::size_t>(i)).data.u64));
    if (request_.longest_pause.count() > 0) resume();
  }

  void resume() {
    const Time now = steady_clock::now();
    for (std::size_t i = 0; i < users_.size(); ++i) {
      User& user = users_[i];
      if (!user.pausing || now < user.resumes) continue;
      user.pausing = false;
      // As in Go's client, a connection that has idled for too long is not used again.
      if (user.connection != nullptr && now - user.sent > request_.client_idle) drop(user);
      send(i);
    }
  }

  void send(std::size_t index) {
    User& user = users_[index];
    if (user.connection == nullptr) {
      user.connection = std::make_unique<ClientConnection>(context_.get(), request_.ports[user.port]);
      ++result_.connected;
      epoll_event event{};
      event.data.u64 = index;
      epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, user.connection->socket(), &event);
    }
    name(user);
    user.sent = steady_clock::now();
    user.connection->start(user.request);
    go_on(index);
  }

  // Each request has its own uid, so that a response to another request is noticed.
  void name(User& user) {
    user.uid = std::to_string(++last_uid_);
    user.uid.insert(0, kUid.size() - user.uid.size(), '0');
    if (uid_at_ == 0) uid_at_ = user.request.find(kUid);
    user.request.replace(uid_at_, kUid.size(), user.uid);
  }

  void go_on(std::size_t index) {
    User& user = users_[index];
    if (user.connection == nullptr) return;
    if (user.pausing) return closed_while_idle(user);
    switch (user.connection->advance()) {
      case Progress::kReadable:
        return watch(index, EPOLLIN);
      case Progress::kWritable:
        return watch(index, EPOLLIN | EPOLLOUT);
      case Progress::kAnswered:
        return answered(index);
      case Progress::kClosed:
        // Refused, or closed before anything was sent: the client tries another server.
        user.port = (user.port + 1) % request_.ports.size();
        drop(user);
        if (++refused_ < kMostRefused) return send(index);
        return fail(user, "no server accepts connections");
      case Progress::kFailed:
        fail(user, "the connection ended after the request was sent");
        drop(user);
        return send(index);
    }
  }

  void answered(std::size_t index) {
    User& user = users_[index];
    const Time now = steady_clock::now();
    refused_ = 0;
    ++done_;
    if (!is_good(user)) {
      fail(user, std::string(user.connection->answer().substr(0, 300)));
    } else if (measuring_) {
      ++result_.answered;
      result_.latencies.push_back(static_cast<std::uint32_t>(
          std::min<std::int64_t>((now - user.sent).count(), std::numeric_limits<std::uint32_t>::max())));
    }
    if (!request_.keep_alive || user.connection->is_last()) drop(user);
    if (request_.longest_pause.count() == 0) return send(index);
    user.pausing = true;
    std::uniform_int_distribution<std::int64_t> pause(request_.least_pause.count(),
                                                      request_.longest_pause.count());
    user.resumes = now + std::chrono::milliseconds(pause(random_));
    user.sent = now;
    if (user.connection != nullptr) watch(index, EPOLLIN);
  }

  bool is_good(const User& user) const {
    if (user.connection->status() != 200) return false;
    if (!request_.expects_patch) return true;
    const std::string_view body = user.connection->answer_body();
    return body.find("\"uid\":\"" + user.uid + "\"") != std::string_view::npos &&
           body.find(R"("patchType":"JSONPatch")") != std::string_view::npos &&
           body.find(R"("allowed":true)") != std::string_view::npos;
  }

  // A client notices at once, and uses another connection for the next request.
  static void closed_while_idle(User& user) { user.connection.reset(); }
  static void drop(User& user) { user.connection.reset(); }

  void fail(const User& user, std::string reason) {
    ++result_.failed;
    if (result_.first_failure.empty()) {
      result_.first_failure = "port " + std::to_string(request_.ports[user.port]) + ": " + std::move(reason);
    }
  }

  void watch(std::size_t index, std::uint32_t events) {
    epoll_event event{};
    event.events = events | EPOLLONESHOT;
    event.data.u64 = index;
    epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, users_[index].connection->socket(), &event);
  }

  static constexpr int kMostRefused = 1000;

  const LoadRequest& request_;
  const Descriptor epoll_;
  const openssl::Handle<SSL_CTX, SSL_CTX_free> context_;
  const std::string body_;
  std::vector<User> users_;
  LoadResult result_;
  std::mt19937_64 random_{20261125};
  std::uint64_t last_uid_ = 0;
  std::size_t uid_at_ = 0;
  std::size_t done_ = 0;
  int refused_ = 0;  // in a row
  bool measuring_ = false;
  Time measured_since_;
  double cpu_before_ = 0;
};

}  // namespace

double LoadResult::percentile(double share) const {
  if (latencies.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(latencies.size()));
  constexpr double kMicrosecond = 1e3;
  return latencies[std::min(at, latencies.size() - 1)] / kMicrosecond;
}

LoadResult run_load(const LoadRequest& request) {
  return Load(request).run();
}

}  // namespace connected_registry::bench
