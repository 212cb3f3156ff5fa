#include "admission/routes.h"

#include <chrono>
#include <span>
#include <string>
#include <utility>

#include "admission/mutate.h"
#include "admission/review.h"
#include "admission/validate.h"
#include "base/json_in_place.h"
#include "http/input_buffer.h"
#include "inject/pod.h"

namespace connected_registry::admission {
namespace {

constexpr int kBadRequest = 400;

// A body is parsed in the buffer of its connection.
static_assert(http::InputBuffer::kPadding >= json::kInPlacePadding);

// The metrics of one path. The buckets reach from a usual duration, some microseconds, to the API server's
// timeout.
class PathMetrics {
 public:
  PathMetrics(metrics::Registry& registry, const std::string& path)
      : patched_(requests(registry, path, "patched")),
        allowed_(requests(registry, path, "allowed")),
        denied_(requests(registry, path, "denied")),
        unreadable_(requests(registry, path, "unreadable")),
        warnings_(registry.counter("connected_registry_admission_warnings_total", "Warnings in responses",
                                   {{"path", path}})),
        duration_(registry.histogram(
            "connected_registry_admission_duration_seconds",
            "Time from the last byte of the request to the response, without the network",
            {0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1},
            {{"path", path}})) {}

  void count(const AdmissionResponse& response) const {
    const metrics::Counter& verdict = !response.allowed         ? denied_
                                      : !response.patch.empty() ? patched_
                                                                : allowed_;
    verdict.add();
    if (!response.warnings.empty()) warnings_.add(static_cast<double>(response.warnings.size()));
  }
  void count_unreadable() const { unreadable_.add(); }
  void observe(std::chrono::duration<double> time) const { duration_.observe(time.count()); }

 private:
  static metrics::Counter requests(metrics::Registry& registry, const std::string& path,
                                   const std::string& verdict) {
    return registry.counter("connected_registry_admission_requests_total", "Admission requests by verdict",
                            {{"path", path}, {"verdict", verdict}});
  }

  metrics::Counter patched_;
  metrics::Counter allowed_;
  metrics::Counter denied_;
  metrics::Counter unreadable_;
  metrics::Counter warnings_;
  metrics::Histogram duration_;
};

template <typename Decide>
http::HttpResponse respond(std::span<char> body, const json::Selection& object, const PathMetrics& metrics,
                           Decide decide) {
  const auto begin = std::chrono::steady_clock::now();
  http::HttpResponse out;
  if (const auto request = parse_admission_review_in_place(body, object)) {
    const AdmissionResponse response = decide(*request);
    metrics.count(response);
    out.content_type = "application/json";
    out.body = admission_review_response(request->uid, response);
  } else {
    metrics.count_unreadable();
    out.status = kBadRequest;
    out.body = request.error().message + "\n";
  }
  metrics.observe(std::chrono::steady_clock::now() - begin);
  return out;
}

}  // namespace

http::Routes admission_routes(CurrentState current, metrics::Registry& metrics) {
  const auto shared = std::make_shared<const CurrentState>(std::move(current));
  const std::string mutate_path = "/mutate";
  const std::string validate_path = "/validate";
  return {
      {mutate_path,
       [shared, counted = PathMetrics(metrics, mutate_path)](const http::HttpRequest& http) {
         const std::shared_ptr<const inject::RenderedPolicy> policy = shared->policy();
         return respond(http.body, inject::kPodParts, counted,
                        [&policy](const AdmissionRequest& request) { return mutate(request, policy.get()); });
       }},
      {validate_path,
       [shared, counted = PathMetrics(metrics, validate_path)](const http::HttpRequest& http) {
         const std::shared_ptr<const inject::RenderedPolicy> policy = shared->policy();
         const std::string_view address = policy == nullptr ? std::string_view() : policy->policy.address;
         return respond(http.body, kObjectParts, counted, [&](const AdmissionRequest& request) {
           return validate(request, shared->installation, address, shared->clock());
         });
       }},
  };
}

}  // namespace connected_registry::admission
