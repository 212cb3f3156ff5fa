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

constexpr const char* kDescription = "Show which nodes trust the registry, and which images it holds";
constexpr const char* kFooter =
    R"(Prints one line for each node, from the last TLS handshake with the registry's address that its trust agent verified.
Then it prints one line for each synchronized repository: the result of its last run, and the time of its last success.
It reads Leases of the release's namespace and changes nothing. In a pod it reads the cluster of that pod.

Exit codes: 0 every node trusts the registry and every repository is up to date, 1 at least one does not or is not,
2 wrong arguments, or the cluster could not be read.

Examples:
  connected-registry status
  connected-registry status --context edge --namespace registry
)";

// The reports of one installation.
struct InstallationReports {
  std::vector<contract::NodeReport> nodes;
  contract::SyncReport synchronization;
};
using Installations = std::map<std::string, InstallationReports>;  // by "namespace/name"

bool is_set(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

// Finds the cluster as kubectl does: from a kubeconfig that is named, else from the pod, else from the
// default file.
Result<kube::ClusterAccess> find_cluster_of(const ClusterOptions& options) {
  const bool named = !options.kubeconfig.empty() || !options.context.empty() || is_set("KUBECONFIG");
  if (named || !is_set("KUBERNETES_SERVICE_HOST")) return find_access(options);
  auto configuration = kube::in_cluster_configuration();
  if (!configuration) return tl::unexpected(std::move(configuration.error()));
  auto own = file::read("/var/run/secrets/kubernetes.io/serviceaccount/namespace");
  return kube::ClusterAccess{
      .configuration = std::move(*configuration), .context = "this pod", .namespace_ = own.value_or("")};
}

// Lists the Leases of nodes and of the synchronization.
Result<json::Document> list_leases(kube::Client& client, const std::string& namespace_) {
  return client.list(kube::kLeases, namespace_,
                     {.field_selector = "", .label_selector = std::string(names::kNameLabel)});
}

// Lists the Leases of the namespace that is given; else of all, or where that is not allowed, of the
// context's.
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

Installations read_reports(const json::Value& leases, CommandStreams streams) {
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

bool is_good(const contract::NodeReport& report, TimePoint now) {
  if (report.status.state == contract::NodeState::kRemoved) return true;
  return report.status.state == contract::NodeState::kTrusted && !trust::is_silent(report.status, now);
}

bool is_good(const contract::RepositoryReport& repository) {
  return repository.reason.empty();
}

// Prints the reports. Returns true if all of them are good.
bool show_one(InstallationReports reports, TimePoint now, CommandStreams streams) {
  const auto& repositories = reports.synchronization.repositories;
  const bool good = std::all_of(reports.nodes.begin(), reports.nodes.end(),
                                [now](const contract::NodeReport& each) { return is_good(each, now); }) &&
                    std::all_of(repositories.begin(), repositories.end(),
                                [](const contract::RepositoryReport& each) { return is_good(each); });
  if (!repositories.empty()) {
    const std::string table = sync::status_table(reports.synchronization, now);
    if (!reports.nodes.empty()) streams.out << trust::status_table(std::move(reports.nodes), now) << "\n";
    streams.out << table;
  } else if (!reports.nodes.empty()) {
    streams.out << trust::status_table(std::move(reports.nodes), now);
  }
  return good;
}

int show(const ClusterOptions& options, CommandStreams streams) {
  // A connection that the server closes must not end the process.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  const auto leases = find_leases(options);
  if (!leases) {
    streams.err << "connected-registry status: " << leases.error().message << "\n";
    return kUsage;
  }
  Installations installations = read_reports(*leases, streams);
  if (installations.empty()) {
    streams.err
        << "connected-registry status: no node has reported a state: is the release installed there, with "
           "trustDistribution.enabled=true?\n";
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

void add_status(CLI::App& app, CommandAction& action) {
  CLI::App* const command = app.add_subcommand("status", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<ClusterOptions>();
  command
      ->add_option("--kubeconfig", options->kubeconfig,
                   "Kubeconfig of the cluster (default: $KUBECONFIG, else ~/.kube/config)")
      ->type_name("FILE");
  command->add_option("--context", options->context, "Context of the kubeconfig (default: the current one)")
      ->type_name("NAME");
  command
      ->add_option(
          "-n,--namespace", options->namespace_,
          "Namespace of the release (default: all, or where that is not allowed, that of the context)")
      ->type_name("NAME");
  command->callback(
      [options, &action] { action = [options](CommandStreams streams) { return show(*options, streams); }; });
}

}  // namespace connected_registry::cli
