#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/cluster_check.h"
#include "cli/options.h"
#include "contract/sync_report.h"
#include "kube/client.h"
#include "sync/status_table.h"
#include "trust/agent/status_table.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription =
    "Which nodes trust the registry and which images it has brought, and what is wrong where not";
constexpr const char* kFooter =
    R"(A line a node, from what its trust agent last verified: a real TLS handshake with the registry's address. Then a line
a repository that is synchronized: what came of its last run, and when one last succeeded.
Reads Leases of the release's namespace and changes nothing. In a pod it asks that pod's cluster.

Exit codes: 0 all is well, 1 some node does not trust it or some repository is not up to date, 2 the cluster cannot be
asked.

Examples:
  connected-registry status
  connected-registry status --context edge --namespace registry
)";

// What is said of one installation.
struct Reports {
  std::vector<contract::NodeReport> nodes;
  contract::SyncReport synchronization;
};
using Installations = std::map<std::string, Reports>;  // by "namespace/name"

bool is_set(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

// As kubectl does it: a kubeconfig that is named, else the pod's own cluster, else the usual file.
Result<kube::ClusterAccess> find_cluster_of(const ClusterOptions& options) {
  const bool named = !options.kubeconfig.empty() || !options.context.empty() || is_set("KUBECONFIG");
  if (named || !is_set("KUBERNETES_SERVICE_HOST")) return find_access(options);
  auto configuration = kube::in_cluster_configuration();
  if (!configuration) return tl::unexpected(std::move(configuration.error()));
  auto own = file::read("/var/run/secrets/kubernetes.io/serviceaccount/namespace");
  return kube::ClusterAccess{
      .configuration = std::move(*configuration), .context = "this pod", .namespace_ = own.value_or("")};
}

// Of nodes and of the synchronization: both carry the name of their installation.
Result<json::Document> list_leases(kube::Client& client, const std::string& namespace_) {
  return client.list(kube::kLeases, namespace_,
                     {.field_selector = "", .label_selector = std::string(names::kNameLabel)});
}

// Of the namespace that is told; else of all, or where that is not allowed, of the context's own.
Result<json::Document> find_leases(const ClusterOptions& options) {
  const auto access = find_cluster_of(options);
  if (!access) return tl::unexpected(access.error());
  kube::Client client(access->configuration);
  auto leases = list_leases(client, options.namespace_);
  const bool may_not = !leases && leases.error().code == ErrorCode::kPermissionDenied;
  if (may_not && options.namespace_.empty() && !access->namespace_.empty()) {
    leases = list_leases(client, access->namespace_);
  }
  if (!leases) return fail(std::move(leases.error()), "cluster of context " + access->context);
  return leases;
}

Status read_report(const json::Value& lease, Installations& installations) {
  const std::string installation(json::string_at(lease, {"metadata", "labels", names::kNameLabel}));
  const std::string namespace_(json::string_at(lease, {"metadata", "namespace"}));
  const names::Installation names{.name = installation, .namespace_ = namespace_};
  const std::string key = namespace_ + "/" + installation;
  if (json::string_at(lease, {"metadata", "name"}) == names.sync_lease()) {
    auto report = contract::parse_sync_lease(lease);
    if (!report) return tl::unexpected(std::move(report.error()));
    installations[key].synchronization = std::move(*report);
  } else if (!json::string_at(lease, {"metadata", "labels", names::kNodeStatusLabel}).empty()) {
    auto report = contract::parse_node_lease(lease);
    if (!report) return tl::unexpected(std::move(report.error()));
    installations[key].nodes.push_back(std::move(*report));
  }
  return {};
}

Installations read_reports(const json::Value& leases, Streams streams) {
  Installations installations;
  const json::Value* const items = json::find(leases, {"items"});
  if (items == nullptr || !items->IsArray()) return installations;
  for (const json::Value& lease : items->GetArray()) {
    if (const auto read = read_report(lease, installations); !read) {
      streams.err << "connected-registry status: " << read.error().message << "\n";
    }
  }
  return installations;
}

bool is_well(const contract::NodeReport& report, TimePoint now) {
  if (report.status.state == contract::NodeState::kRemoved) return true;
  return report.status.state == contract::NodeState::kTrusted && !trust::is_silent(report.status, now);
}

bool is_well(const contract::RepositoryReport& repository) {
  return repository.reason.empty();
}

// True if all is well.
bool show_one(Reports reports, TimePoint now, Streams streams) {
  const auto& repositories = reports.synchronization.repositories;
  const bool good = std::all_of(reports.nodes.begin(), reports.nodes.end(),
                                [now](const contract::NodeReport& each) { return is_well(each, now); }) &&
                    std::all_of(repositories.begin(), repositories.end(),
                                [](const contract::RepositoryReport& each) { return is_well(each); });
  if (!repositories.empty()) {
    const std::string table = sync::status_table(reports.synchronization, now);
    if (!reports.nodes.empty()) streams.out << trust::status_table(std::move(reports.nodes), now) << "\n";
    streams.out << table;
  } else if (!reports.nodes.empty()) {
    streams.out << trust::status_table(std::move(reports.nodes), now);
  }
  return good;
}

int show(const ClusterOptions& options, Streams streams) {
  // A server that closes its end is an error of a call, not the end of the process.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  const auto leases = find_leases(options);
  if (!leases) {
    streams.err << "connected-registry status: " << leases.error().message << "\n";
    return kUsage;
  }
  Installations installations = read_reports(*leases, streams);
  if (installations.empty()) {
    streams.err << "connected-registry status: no node has reported: is it installed there, with "
                   "trustDistribution.enabled?\n";
    return kFailure;
  }
  const TimePoint now = system_now();
  const bool several = installations.size() > 1;
  bool good = true;
  for (auto& [name, reports] : installations) {
    if (several) streams.out << name << "\n";
    good = show_one(std::move(reports), now, streams) && good;
  }
  return good ? kSuccess : kFailure;
}

}  // namespace

void add_status(CLI::App& app, Chosen& chosen) {
  CLI::App* const command = app.add_subcommand("status", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<ClusterOptions>();
  command
      ->add_option("--kubeconfig", options->kubeconfig,
                   "How to reach the cluster (default: $KUBECONFIG, else ~/.kube/config)")
      ->type_name("FILE");
  command->add_option("--context", options->context, "The context to use (default: the current one)")
      ->type_name("NAME");
  command
      ->add_option("-n,--namespace", options->namespace_,
                   "Of the release (default: all that may be read, else the context's)")
      ->type_name("NAME");
  command->callback(
      [options, &chosen] { chosen = [options](Streams streams) { return show(*options, streams); }; });
}

}  // namespace connected_registry::cli
