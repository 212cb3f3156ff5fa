// The cost of a pod's admission in this process, from the text of the AdmissionReview to the text of its
// response.
#include <benchmark/benchmark.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "admission/review.h"
#include "admission/routes.h"
#include "base/json_in_place.h"
#include "http/dispatcher.h"
#include "http/request_parser.h"
#include "inject/pod.h"
#include "inject/policy.h"
#include "load/review.h"

namespace connected_registry {
namespace {

inject::Policy policy() {
  inject::Policy out;
  out.installation = "connected-registry";
  out.hosts = inject::registry_hosts({.name = "connected-registry", .namespace_ = "edge"}, "192.100.100.1",
                                     "cluster.local");
  out.directory_hosts = {"192.100.100.1"};
  out.excluded_namespaces = {"kube-system", "kube-node-lease"};
  out.bundle = "-----BEGIN CERTIFICATE-----\n" + std::string(700, 'A') + "\n-----END CERTIFICATE-----\n";
  out.subject_hashes = {"0a1b2c3d"};
  return out;
}

// Sizes in bytes: a usual pod's review, and a large one's.
constexpr std::size_t kUsual = 8'700;
constexpr std::size_t kLarge = 43'000;

// Returns a copy that may be parsed in place, as the server's buffer is.
std::span<char> copy(const std::string& text, std::vector<char>& target) {
  target.assign(text.begin(), text.end());
  target.resize(text.size() + json::kInPlacePadding);
  return std::span(target).first(text.size());
}

void run(benchmark::State& state, const std::string& body) {
  std::shared_ptr<const inject::RenderedPolicy> current =
      std::make_shared<const inject::RenderedPolicy>(policy());
  metrics::Registry metrics;
  const http::Routes routes =
      admission::admission_routes({.installation = {.name = "registry", .namespace_ = "registry-system"},
                                   .policy = [&current] { return current; }},
                                  metrics);
  std::vector<char> bytes;
  std::size_t answered = 0;
  while (state.KeepRunning()) {
    const http::HttpResponse response = routes.front().handler({"POST", "/mutate", copy(body, bytes)});
    answered = response.body.size();
    benchmark::DoNotOptimize(response.body.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
  state.counters["request_bytes"] = static_cast<double>(body.size());
  state.counters["response_bytes"] = static_cast<double>(answered);
}

void injects_a_pod(benchmark::State& state) {
  run(state, bench::pod_review("192.100.100.1", kUsual));
}
void injects_a_large_pod(benchmark::State& state) {
  run(state, bench::pod_review("192.100.100.1", kLarge));
}
void passes_a_pod_of_another_registry(benchmark::State& state) {
  run(state, bench::pod_review("docker.io", kUsual));
}

void reads_a_review(benchmark::State& state) {
  const std::string body = bench::pod_review("192.100.100.1", kUsual);
  std::vector<char> bytes;
  while (state.KeepRunning()) {
    benchmark::DoNotOptimize(
        admission::parse_admission_review_in_place(copy(body, bytes), inject::kPodParts));
  }
}

// The cost of HTTP around a handler, without a socket: parser and dispatcher.
void dispatches_a_request(benchmark::State& state) {
  const http::Routes routes = {{"/mutate", [](const http::HttpRequest&) {
                                  return http::HttpResponse{.body = std::string(6'000, 'x')};
                                }}};
  const std::string request = bench::admission_request(bench::pod_review("192.100.100.1", kUsual), true);
  std::vector<char> bytes;
  const std::span<char> all = copy(request, bytes);
  const std::string_view view(all.data(), all.size());
  const auto keep = [] { return false; };
  while (state.KeepRunning()) {
    const std::size_t head_size = http::head_length(view)->value();
    const auto head = http::parse_head(view.substr(0, head_size), http::kPostJson);
    const std::span<char> body = all.subspan(head_size, head->body_length);
    benchmark::DoNotOptimize(http::handle_request(routes, *head, body, std::chrono::seconds(120), keep));
  }
}

BENCHMARK(dispatches_a_request);
BENCHMARK(injects_a_pod);
BENCHMARK(injects_a_large_pod);
BENCHMARK(passes_a_pod_of_another_registry);
BENCHMARK(reads_a_review);

}  // namespace
}  // namespace connected_registry
