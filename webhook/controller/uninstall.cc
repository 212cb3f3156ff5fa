#include "controller/uninstall.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/stop.h"
#include "controller/deletion.h"
#include "controller/node_removal.h"
#include "controller/node_reports.h"

namespace connected_registry::controller {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// The part of the whole time that is reserved for deleting.
constexpr std::chrono::seconds kForDeleting{20};

// The Leases by which cert-manager's controller and CA injector elect their leaders; the last one up to 1.11.
constexpr std::array kCertManagerLeases{"cert-manager-controller", "cert-manager-cainjector-leader-election",
                                        "cert-manager-cainjector-leader-election-core"};

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

json::Document uninstalling_patch(TimePoint now) {
  json::Document patch(rapidjson::kObjectType);
  auto& allocator = patch.GetAllocator();
  json::Value& metadata = json::object_at(patch, "metadata", allocator);
  json::set(json::object_at(metadata, "annotations", allocator), names::kUninstallingAnnotation,
            format_time(now), allocator);
  return patch;
}

// Reports whether one of a release's pods is cert-manager's: it has one of its components and is not ours.
bool has_cert_manager(const json::Value& pods) {
  constexpr std::array<std::string_view, 3> kComponents{"controller", "cainjector", "webhook"};
  const json::Value* const items = json::find(pods, {"items"});
  if (items == nullptr || !items->IsArray()) return false;
  return std::any_of(items->Begin(), items->End(), [&](const json::Value& pod) {
    const auto label = [&](std::string_view key) {
      return json::string_at(pod, {"metadata", "labels", key});
    };
    const std::string_view component = label("app.kubernetes.io/component");
    return label(names::kComponentLabel).empty() &&
           std::find(kComponents.begin(), kComponents.end(), component) != kComponents.end();
  });
}

// One run of the hooks.
class Uninstall {
 public:
  Uninstall(kube::Client& client, const UninstallRequest& request, std::ostream& out,
            const std::stop_token& stop)
      : client_(client),
        installation_(request.installation),
        deadline_(std::chrono::steady_clock::now() + request.timeout),
        interval_(request.interval),
        out_(out),
        stop_(stop) {}

  void mark_settings();
  // Returns false where there is no bundle, so that no agent can see the mark.
  bool mark_bundle();
  void wait_for_nodes();
  void delete_run_time_objects();
  void wait_until_cert_manager_is_gone(const std::string& release);
  void delete_leases_held_by(const std::string& holder_prefix, const std::string& namespace_);
  bool delete_objects(const std::vector<ObjectReference>& objects, const std::string& namespace_);
  bool delete_objects(const std::vector<ObjectReference>& objects) {
    return delete_objects(objects, installation_.namespace_);
  }
  std::vector<ObjectReference> run_time_objects();

 private:
  Result<json::Document> annotate(const kube::Resource& resource, const std::string& name);
  void print_remaining_nodes(const NodeRemoval& removal);
  void print_unreachable_registry(const std::vector<std::string>& nodes);
  void warn(const std::string& what, const Error& error);

  kube::Client& client_;
  const names::Installation& installation_;
  const SteadyTime deadline_;
  const std::chrono::milliseconds interval_;
  std::ostream& out_;
  const std::stop_token& stop_;
  std::set<std::string> warnings_;
};

// Prints each warning once, since requests are repeated.
void Uninstall::warn(const std::string& what, const Error& error) {
  const std::string text = what + ": " + error.message;
  if (warnings_.insert(text).second) out_ << "warning: " << text << std::endl;
}

// Retries for a while: a restart of the API server must not leave files on nodes.
Result<json::Document> Uninstall::annotate(const kube::Resource& resource, const std::string& name) {
  constexpr int kTries = 10;
  const json::Document patch = uninstalling_patch(system_now());
  for (int tries = 1;; ++tries) {
    auto result = client_.patch(resource, installation_.namespace_, name, kube::PatchType::kMerge, patch);
    const bool passing = !result && (result.error().code == ErrorCode::kUnavailable ||
                                     result.error().code == ErrorCode::kTimeout);
    if (!passing || tries == kTries || !wait_for(stop_, interval_)) return result;
    warn("cannot annotate " + name + " yet", result.error());
  }
}

void Uninstall::mark_settings() {
  const auto result = annotate(kube::kSecrets, installation_.settings_secret());
  if (!result && result.error().code != ErrorCode::kNotFound) {
    warn("cannot notify the controller of the uninstall", result.error());
  }
}

bool Uninstall::mark_bundle() {
  const auto result = annotate(kube::kConfigMaps, installation_.ca_bundle());
  if (!result) {
    if (result.error().code != ErrorCode::kNotFound) {
      warn("cannot notify the trust agents of the uninstall", result.error());
    }
    return false;
  }
  return true;
}

void Uninstall::wait_for_nodes() {
  std::string reported;
  for (;;) {
    const auto removal = read_removal(client_, installation_);
    if (!removal) warn("cannot read which nodes have removed their trust files", removal.error());
    const bool forbidden = !removal && removal.error().code == ErrorCode::kPermissionDenied;
    const bool late = std::chrono::steady_clock::now() + kForDeleting >= deadline_;
    const bool over = forbidden || late || stop_.stop_requested() || (removal && removal->waiting.empty());
    if (over && removal) print_remaining_nodes(*removal);
    if (over) return;
    if (removal) {
      const std::string now = joined(removal->waiting);
      if (std::exchange(reported, now) != now)
        out_ << "waiting for the trust agents on: " << now << std::endl;
    }
    wait_for(stop_, interval_);
  }
}

void Uninstall::print_remaining_nodes(const NodeRemoval& removal) {
  const std::size_t all = removal.removed.size() + removal.waiting.size() + removal.unreachable.size();
  if (all > 0) {
    out_ << "trust files removed from " << removal.removed.size() << " of " << all << " nodes" << std::endl;
  }
  for (const std::string& failure : removal.failures) out_ << "trust agent on " << failure << std::endl;
  std::vector<std::string> left = removal.unreachable;
  left.insert(left.end(), removal.waiting.begin(), removal.waiting.end());
  if (left.empty()) return;
  out_ << "trust files remain, because no trust agent answered in time, on: " << joined(left) << "\n"
       << "  remove them on each node as root with: " << cleaning_command(installation_) << std::endl;
  if (!removal.unreachable.empty()) print_unreachable_registry(removal.unreachable);
}

// Only its node can confirm that a pod has ended. Until then, Kubernetes keeps the pod's volume claim.
void Uninstall::print_unreachable_registry(const std::vector<std::string>& nodes) {
  const std::string selector = std::string(names::kComponentLabel) + "=registry," +
                               std::string(names::kNameLabel) + "=" + installation_.name;
  const auto pods =
      client_.list(kube::kPods, installation_.namespace_, {.field_selector = "", .label_selector = selector});
  if (!pods) return warn("cannot read on which node the registry runs", pods.error());
  const json::Value* const items = json::find(*pods, {"items"});
  if (items == nullptr || !items->IsArray()) return;
  for (const json::Value& pod : items->GetArray()) {
    const std::string_view node = json::string_at(pod, {"spec", "nodeName"});
    if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) continue;
    out_ << "the registry's pod is on " << node << ", which does not answer: its volume claim remains, and "
         << "helm's --wait waits, until the node is back or you delete the pod by force:\n"
         << "  kubectl delete pod " << json::string_at(pod, {"metadata", "name"}) << " --namespace "
         << installation_.namespace_ << " --force" << std::endl;
  }
}

std::vector<ObjectReference> Uninstall::run_time_objects() {
  std::vector<ObjectReference> objects = {
      {.resource = kube::kSecrets, .name = installation_.ca()},
      {.resource = kube::kSecrets, .name = installation_.source_secret()},
      {.resource = kube::kSecrets, .name = installation_.active_secret()},
      {.resource = kube::kSecrets, .name = installation_.webhook_tls_secret()},
      {.resource = kube::kConfigMaps, .name = installation_.pod_status()},
      {.resource = kube::kConfigMaps, .name = installation_.ca_bundle()},
      {.resource = kube::kConfigMaps, .name = installation_.policy()},
      {.resource = kube::kLeases, .name = installation_.restart_lease()},
  };
  const auto reports = read_node_reports(client_, installation_);
  if (!reports) {
    warn("cannot read the Leases of the nodes: they are deleted with the ConfigMap " +
             installation_.ca_bundle(),
         reports.error());
    return objects;
  }
  for (const contract::NodeReport& report : *reports) {
    objects.push_back({.resource = kube::kLeases, .name = installation_.node_status(report.node)});
  }
  return objects;
}

bool Uninstall::delete_objects(const std::vector<ObjectReference>& objects, const std::string& namespace_) {
  // Each object is tried once even after the deadline.
  return delete_until_gone(
      client_, {.namespace_ = namespace_, .objects = objects, .deadline = deadline_, .interval = interval_},
      out_, stop_);
}

void Uninstall::delete_run_time_objects() {
  // cert-manager recreates the Secrets as long as the Certificates exist.
  delete_objects({
      {.resource = kube::kCertificates, .name = installation_.certificate()},
      {.resource = kube::kCertificates, .name = installation_.ca()},
      {.resource = kube::kIssuers, .name = installation_.ca()},
      {.resource = kube::kIssuers, .name = installation_.self_signed_issuer()},
  });
  delete_objects(run_time_objects());
}

void Uninstall::wait_until_cert_manager_is_gone(const std::string& release) {
  const std::string selector = "app.kubernetes.io/instance=" + release;
  bool reported = false;
  for (;;) {
    const auto pods = client_.list(kube::kPods, installation_.namespace_,
                                   {.field_selector = "", .label_selector = selector});
    if (!pods) {
      warn("cannot read whether cert-manager still runs", pods.error());
    } else {
      if (!has_cert_manager(*pods)) return;
      if (!std::exchange(reported, true)) out_ << "waiting for cert-manager's pods to end" << std::endl;
    }
    const bool late = std::chrono::steady_clock::now() + kForDeleting >= deadline_;
    if (late || !wait_for(stop_, interval_)) {
      out_ << "cert-manager's pods still run: they may recreate their Secret and their Leases" << std::endl;
      return;
    }
  }
}

void Uninstall::delete_leases_held_by(const std::string& holder_prefix, const std::string& namespace_) {
  std::vector<ObjectReference> objects;
  for (const char* const name : kCertManagerLeases) {
    const auto lease = client_.get(kube::kLeases, namespace_, name);
    if (!lease) {
      if (lease.error().code != ErrorCode::kNotFound) {
        warn("cannot read the holder of the Lease " + namespace_ + "/" + name, lease.error());
      }
      continue;
    }
    // All cert-managers of a cluster share these Leases, and another one may lead now. A Lease without holder
    // was released by ours.
    const std::string_view holder = json::string_at(*lease, {"spec", "holderIdentity"});
    if (holder.empty() || holder.starts_with(holder_prefix)) {
      objects.push_back({.resource = kube::kLeases, .name = name});
    }
  }
  if (!objects.empty()) delete_objects(objects, namespace_);
}

}  // namespace

void uninstall(kube::Client& client, const UninstallRequest& request, std::ostream& out,
               const std::stop_token& stop) {
  out << "uninstalling " << request.installation.namespace_ << "/" << request.installation.name << std::endl;
  Uninstall run(client, request, out, stop);
  run.mark_settings();
  if (run.mark_bundle()) run.wait_for_nodes();
  run.delete_run_time_objects();
  out << "ready: helm can delete the release" << std::endl;
}

void uninstall_after(kube::Client& client, const AfterUninstallRequest& request, std::ostream& out,
                     const std::stop_token& stop) {
  Uninstall run(client, request.common, out, stop);
  std::vector<ObjectReference> objects;
  if (!request.cert_manager_webhook_secret.empty()) {
    run.wait_until_cert_manager_is_gone(request.release);
    objects.push_back({.resource = kube::kSecrets, .name = request.cert_manager_webhook_secret});
  }
  if (!request.cert_manager_leader_namespace.empty()) {
    run.delete_leases_held_by(request.cert_manager, request.cert_manager_leader_namespace);
  }
  for (ObjectReference& object : run.run_time_objects()) objects.push_back(std::move(object));
  objects.push_back({.resource = kube::kLeases, .name = request.common.installation.leader_lease()});
  if (run.delete_objects(objects)) out << "all objects created at run time are deleted" << std::endl;
}

}  // namespace connected_registry::controller
