#include "trust/agent/agent.h"

#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "kube/reflector.h"
#include "trust/agent/decommission.h"
#include "trust/agent/restart.h"

namespace connected_registry::trust {
namespace {

void log_change(const contract::NodeStatus& status) {
  const log::Fields fields = {{"state", to_string(status.state)}, {"reason", status.message}};
  if (status.state == contract::NodeState::kFailed) {
    log::error("node trust", fields);
  } else {
    log::info("node trust", fields);
  }
}

}  // namespace

AgentGauges AgentGauges::in(metrics::Registry& registry) {
  return {.trusted = registry.gauge(
              "connected_registry_node_trusted",
              "1 if this node trusts the registry, by the last check of its agent, otherwise 0."),
          .verified = registry.gauge(
              "connected_registry_node_verified_timestamp_seconds",
              "When the last TLS handshake of this node with the registry succeeded; 0 before the first."),
          .files = registry.gauge("connected_registry_node_files",
                                  "Number of files of connected-registry on this node.")};
}

void AgentGauges::set(const contract::NodeStatus& status) const {
  trusted.set(status.state == contract::NodeState::kTrusted ? 1 : 0);
  const auto since_1970 = status.verified ? status.verified->time_since_epoch() : TimePoint::duration();
  verified.set(std::chrono::duration<double>(since_1970).count());
  files.set(static_cast<double>(status.files));
}

Agent::Agent(kube::Client& client, AgentRequest request, Clock clock)
    : client_(client),
      request_(std::move(request)),
      clock_(std::move(clock)),
      host_(machine_file_system(), request_.host_root),
      actions_({.probe = probe,
                .plan = [this](const contract::RegistryDocument& registry,
                               const std::string& bundle) { return plan(registry, bundle); },
                .ensure_files = [this](const RuntimePlan& desired) { return ensure(desired); },
                .remove_files = [this] { return ensure({}); },
                .restart = [this] { return restart(); }}),
      restart_lock_(client, {.installation = request_.installation, .node = request_.node}, clock_) {
  status_.message = "waiting for the Kubernetes API server";
}

void Agent::run(const std::stop_token& stop, const std::stop_token& abort) {
  stop_ = stop;
  const std::jthread watcher([this, &stop] { watch_bundle(stop); });
  {
    MutexLock lock(mutex_);
    changed_.wait(lock, stop, [this]() REQUIRES(mutex_) { return bundle_known_; });
  }
  while (!stop.stop_requested()) {
    reconcile();
    MutexLock lock(mutex_);
    const auto pause = report_error_ ? std::chrono::milliseconds(1'000) : recheck_interval(status_.state);
    changed_.wait_for(lock, stop, pause, [this]() REQUIRES(mutex_) { return bundle_is_new_; });
  }
  decommission(abort);
}

void Agent::decommission(const std::stop_token& abort) {
  const contract::NodeStatus previous = status();
  if (previous.state == contract::NodeState::kRemoved) return;
  const auto reason =
      reason_to_decommission(client_, {.installation = request_.installation, .node = request_.node}, abort);
  if (!reason) return;
  const contract::NodeStatus status = remove_trust(previous, actions_, *reason);
  log_change(status);
  set_status(status);
  report(nullptr, clock_());
}

contract::NodeStatus Agent::status() const {
  const MutexLock lock(mutex_);
  return status_;
}

void Agent::set_status(const contract::NodeStatus& status) {
  {
    const MutexLock lock(mutex_);
    status_ = status;
  }
  request_.gauges.set(status);
}

NodeInfo Agent::node_info() {
  constexpr std::chrono::minutes kMaxAge{5};
  const TimePoint now = clock_();
  if (node_info_.known() && now - node_info_time_ < kMaxAge) return node_info_;
  const auto node = client_.get(kube::kNodes, "", request_.node);
  if (!node) {
    log::debug("cannot read the Node", {{"error", node.error()}});
    return node_info_;
  }
  const auto text = [&node](std::string_view key) {
    return std::string(json::string_at(*node, {"status", "nodeInfo", key}));
  };
  node_info_time_ = now;
  node_info_ = {.runtime = text("containerRuntimeVersion"),
                .kubelet = text("kubeletVersion"),
                .os = text("osImage"),
                .microk8s = json::string_at(*node, {"metadata", "labels", "microk8s.io/cluster"}) == "true"};
  return node_info_;
}

RuntimePlan Agent::plan(const contract::RegistryDocument& registry, const std::string& bundle) {
  return plan_runtimes(host_, {.installation = request_.installation,
                               .registry = registry,
                               .bundle = bundle,
                               .node = node_info(),
                               .configured = request_.runtimes,
                               .may_restart = request_.may_restart});
}

NodeFilesResult Agent::ensure(const RuntimePlan& plan) const {
  const NodeFiles files(machine_file_system(), request_.host_root, request_.installation,
                        runtime_layout(host_, request_.installation));
  return files.ensure(plan.files, plan.settings);
}

Status Agent::restart() {
  if (!request_.may_restart) return {};  // an earlier agent was allowed to, and restarted it
  return restart_containerd_if_older(restart_lock_,
                                     {.node = request_.node,
                                      .host_root = request_.host_root,
                                      .containerd = parse_containerd_version(node_info().runtime)},
                                     host_, clock_, stop_);
}

std::optional<std::string> Agent::why_not_ready() const {
  const MutexLock lock(mutex_);
  if (status_.state == contract::NodeState::kTrusted || status_.state == contract::NodeState::kFailed)
    return std::nullopt;
  return std::string(to_string(status_.state)) + ": " + status_.message;
}

void Agent::watch_bundle(const std::stop_token& stop) {
  const auto set_copy = [this](const json::Value& object) {
    auto copy = std::make_shared<json::Document>();
    copy->CopyFrom(object, copy->GetAllocator());
    set_bundle(std::move(copy));
  };
  const kube::ReflectorHandler handler{
      .on_list =
          [&](const std::vector<const json::Value*>& objects) {
            if (objects.empty()) {
              set_bundle(nullptr);
            } else {
              set_copy(*objects.front());
            }
          },
      .on_event =
          [&](kube::WatchEventType type, const json::Value& object) {
            if (type == kube::WatchEventType::kDeleted) {
              log::warning("the CA bundle was deleted: the files on this node stay unchanged",
                           {{"configmap", request_.installation.ca_bundle()}});
              set_bundle(nullptr);
            } else {
              set_copy(object);
            }
          },
  };
  const names::Installation& installation = request_.installation;
  kube::reflect(client_,
                kube::single_object(kube::kConfigMaps, installation.namespace_, installation.ca_bundle()),
                handler, stop);
}

void Agent::set_bundle(std::shared_ptr<const json::Document> bundle) {
  {
    const MutexLock lock(mutex_);
    bundle_ = std::move(bundle);
    bundle_known_ = true;
    bundle_is_new_ = true;
  }
  changed_.notify_all();
}

std::shared_ptr<const json::Document> Agent::next_bundle() {
  const MutexLock lock(mutex_);
  bundle_is_new_ = false;
  return bundle_;
}

void Agent::reconcile() {
  const auto current = next_bundle();
  const contract::NodeStatus previous = status();
  const TimePoint now = clock_();
  const contract::NodeStatus status = run_step(request_.installation, current.get(), previous, actions_, now);
  if (status.state != previous.state || status.message != previous.message) log_change(status);
  set_status(status);
  if (current != nullptr && must_report(reported_, status, now)) {
    report(current.get(), now);
  } else {
    report_error_.reset();
  }
}

void Agent::report(const json::Document* bundle, TimePoint now) {
  const names::Installation& installation = request_.installation;
  const contract::NodeStatus status = this->status();
  if (bundle != nullptr) bundle_uid_ = json::string_at(*bundle, {"metadata", "uid"});
  if (bundle_uid_.empty()) return;  // there has been no bundle that could own the Lease
  const auto lease = contract::render_node_lease(installation, request_.node, bundle_uid_, status);
  const auto applied = client_.apply(kube::kLeases, installation.namespace_, lease);
  if (applied) {
    report_error_.reset();
    reported_ = Reported{.status = status, .time = now};
    return;
  }
  // Retried each second, and logged once.
  if (report_error_ != applied.error().message) {
    log::warning("cannot write the Lease of this node",
                 {{"lease", installation.node_status(request_.node)}, {"error", applied.error()}});
  }
  report_error_ = applied.error().message;
}

}  // namespace connected_registry::trust
