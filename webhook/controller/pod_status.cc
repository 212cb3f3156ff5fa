#include "controller/pod_status.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/stop.h"

namespace connected_registry::controller {
namespace {

constexpr std::chrono::seconds kInterval{3};
constexpr std::size_t kMaxNames = 500;

std::string pods(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " pod" : " pods");
}

json::Value list_value(const std::vector<std::string>& names, json::Allocator& allocator) {
  json::Value out(rapidjson::kObjectType);
  json::set(out, "count", json::Value(static_cast<std::uint64_t>(names.size())), allocator);
  const std::vector<std::string> shown(
      names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kMaxNames)));
  json::set(out, "pods", strings(shown, allocator), allocator);
  return out;
}

}  // namespace

std::string summary_line(const PodSummary& summary) {
  std::string out = pods(summary.injected) + (summary.injected == 1 ? " has the CA." : " have the CA.");
  if (summary.outdated > 0) out += " " + std::to_string(summary.outdated) + " of them wait for the new CA.";
  if (const std::size_t count = summary.missed.size(); count > 0) {
    out += " " + pods(count) + " missed the CA: recreate " + (count == 1 ? "it." : "them.");
  }
  if (const std::size_t count = summary.restart.size(); count > 0) {
    out += " " + pods(count) + (count == 1 ? " has" : " have") +
           " it under the name of a previous CA: recreate " + (count == 1 ? "it" : "them") +
           " for curl, openssl and Python.";
  }
  return out;
}

json::Document render_pod_status(const names::Installation& installation, const PodSummary& summary,
                                 const Owners& owners) {
  json::Document map = make_object(kube::kConfigMaps, installation, installation.pod_status(), owners);
  auto& allocator = map.GetAllocator();
  json::Document details(rapidjson::kObjectType);
  auto& own = details.GetAllocator();
  json::set(details, "injected", json::Value(static_cast<std::uint64_t>(summary.injected)), own);
  json::set(details, "outdated", json::Value(static_cast<std::uint64_t>(summary.outdated)), own);
  json::set(details, "missed", list_value(summary.missed, own), own);
  json::set(details, "restart", list_value(summary.restart, own), own);
  json::Value& data = json::object_at(map, "data", allocator);
  json::set(data, names::kSummaryKey, summary_line(summary) + "\n", allocator);
  json::set(data, names::kPodsKey, json::to_pretty_text(details), allocator);
  return map;
}

PodGauges PodGauges::in(metrics::Registry& registry) {
  const auto gauge = [&registry](const char* state) {
    return registry.gauge(
        "connected_registry_pods",
        "Pods that use the registry: injected have its CA, outdated wait for the new CA, missed have no CA, "
        "restart must be recreated to find the CA by its name.",
        {{"state", state}});
  };
  return {.injected = gauge("injected"),
          .outdated = gauge("outdated"),
          .missed = gauge("missed"),
          .restart = gauge("restart")};
}

void PodGauges::set(const PodSummary& summary) const {
  injected.set(static_cast<double>(summary.injected));
  outdated.set(static_cast<double>(summary.outdated));
  missed.set(static_cast<double>(summary.missed.size()));
  restart.set(static_cast<double>(summary.restart.size()));
}

void PodStatus::run(const std::stop_token& stop) {
  do {
    write();
  } while (wait_for(stop, kInterval));
  request_.gauges.set({});
}

void PodStatus::write() {
  const auto summary = table_.summary();
  if (summary) request_.gauges.set(*summary);
  if (!summary || summary == written_ || !request_.may_write()) return;
  const auto written = client_.apply(kube::kConfigMaps, request_.installation.namespace_,
                                     render_pod_status(request_.installation, *summary, request_.owners));
  const std::string subject = "ConfigMap " + request_.installation.pod_status();
  if (!written) {
    progress_.failed(subject, written.error().message);
    return;
  }
  progress_.done(subject);
  written_ = summary;
}

}  // namespace connected_registry::controller
