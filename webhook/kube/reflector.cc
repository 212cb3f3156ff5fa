#include "kube/reflector.h"

#include <string>

#include "base/log.h"
#include "base/stop.h"
#include "kube/backoff.h"

namespace connected_registry::kube {
namespace {

constexpr std::chrono::milliseconds kFirstWait{200};
constexpr std::chrono::milliseconds kLongestWait{10'000};

// A watch that the server ends sooner, without an event, is no success: it would be repeated without a pause.
constexpr std::chrono::milliseconds kShortestWatch{1'000};

// After so many failed watches in a row, the position itself may be what is wrong.
constexpr int kFailuresUntilList = 2;

class Reflector {
 public:
  Reflector(Client& client, const ReflectorRequest& request, const ReflectorHandler& handler,
            const std::stop_token& stop)
      : client_(client), request_(request), handler_(handler), stop_(stop) {}

  void run() {
    while (!stop_.stop_requested()) {
      const ApiStatus step = version_.empty() ? list() : watch();
      if (step) continue;
      if (stop_.stop_requested()) return;
      note_failure(step.error());
      if (!wait_for(stop_, backoff_.next(step.error().retry_after))) return;
    }
  }

 private:
  ApiStatus list();
  ApiStatus watch();
  bool handle_event(WatchEventType type, const json::Value& object);
  void note_failure(const Error& error);
  void note_success();

  Client& client_;
  const ReflectorRequest& request_;
  const ReflectorHandler& handler_;
  const std::stop_token& stop_;
  Backoff backoff_{kFirstWait, kLongestWait};
  std::string version_;       // the last known one; empty: list first
  int failed_watches_ = 0;    // in a row
  std::string last_failure_;  // the last one logged; empty: none since the last success
};

ApiStatus Reflector::list() {
  const auto found = client_.list(request_.resource, request_.namespace_, request_.options);
  if (!found) return tl::unexpected(found.error());
  const std::string_view version = json::string_at(*found, {"metadata", "resourceVersion"});
  if (version.empty()) return fail(ErrorCode::kInternal, "the list has no resourceVersion");
  std::vector<const json::Value*> objects;
  for (const json::Value& object : (*found)["items"].GetArray()) objects.push_back(&object);
  if (handler_.on_list) handler_.on_list(objects);
  version_ = version;
  failed_watches_ = 0;
  return {};
}

ApiStatus Reflector::watch() {
  const auto started = std::chrono::steady_clock::now();
  bool received = false;
  ApiStatus ended =
      client_.watch(request_.resource, request_.namespace_, request_.options, std::string(version_), stop_,
                    [&](WatchEventType type, const json::Value& object) {
                      received = true;
                      note_success();
                      return handle_event(type, object);
                    });
  if (ended && !received && std::chrono::steady_clock::now() - started < kShortestWatch) {
    ended = ApiStatus(fail(ErrorCode::kUnavailable, "the API server ended the watch at once"));
  }
  if (ended) {
    note_success();
  } else if (ended.error().code == ErrorCode::kExpired || ++failed_watches_ >= kFailuresUntilList) {
    version_.clear();
  }
  return ended;
}

bool Reflector::handle_event(WatchEventType type, const json::Value& object) {
  const std::string_view version = json::string_at(object, {"metadata", "resourceVersion"});
  if (!version.empty()) version_ = version;
  if (type != WatchEventType::kBookmark && handler_.on_event) handler_.on_event(type, object);
  return !stop_.stop_requested();
}

void Reflector::note_failure(const Error& error) {
  if (error.message == last_failure_) return;
  last_failure_ = error.message;
  // A position that is too old is a normal part of the protocol.
  if (error.code == ErrorCode::kExpired) return;
  log::warning("cannot list or watch objects, will retry",
               {{"resource", request_.resource.plural}, {"reason", to_string(error.code)}, {"error", error}});
}

// Only a watch counts: a list that works while its watch does not would hide the failure.
void Reflector::note_success() {
  backoff_.reset();
  failed_watches_ = 0;
  if (last_failure_.empty()) return;
  last_failure_.clear();
  log::info("watching objects again", {{"resource", request_.resource.plural}});
}

}  // namespace

ReflectorRequest single_object(const Resource& resource, std::string_view namespace_, std::string_view name) {
  return {resource, std::string(namespace_), {"metadata.name=" + std::string(name), {}}};
}

void reflect(Client& client, const ReflectorRequest& request, const ReflectorHandler& handler,
             const std::stop_token& stop) {
  Reflector(client, request, handler, stop).run();
}

}  // namespace connected_registry::kube
