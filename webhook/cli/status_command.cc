#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/cli.h"
#include "cli/in_cluster.h"
#include "cli/options.h"
#include "trust/status_table.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "Which nodes trust the registry, and what is wrong where not";
constexpr const char* kFooter =
    R"(A line a node, from what its trust agent last verified: a real TLS handshake with the registry's address.

Exit codes: 0 every node trusts it, 1 some do not, 2 the cluster cannot be asked.

Examples:
  connected-registry status
  connected-registry status --namespace registry
)";

struct Options {
  std::string name_space;
};

int show(const Options& options, Streams streams) {
  const auto configuration = find_cluster("status", streams);
  if (!configuration) return kUsage;
  kube::Client client(*configuration);
  const auto leases =
      client.list(kube::kLeases, options.name_space,
                  {.field_selector = "", .label_selector = std::string(names::kNodeStatusLabel)});
  if (!leases) {
    streams.err << "connected-registry status: " << leases.error().message << "\n";
    return kUsage;
  }
  std::map<std::string, std::vector<trust::NodeReport>> installations;
  const json::Value* const items = json::find(*leases, {"items"});
  for (rapidjson::SizeType index = 0; items != nullptr && items->IsArray() && index < items->Size();
       ++index) {
    const json::Value& lease = (*items)[index];
    auto report = trust::parse_node_lease(lease);
    if (!report) {
      streams.err << "connected-registry status: " << report.error().message << "\n";
      continue;
    }
    const std::string name(json::string_at(lease, {"metadata", "labels", names::kNodeStatusLabel}));
    const std::string name_space(json::string_at(lease, {"metadata", "namespace"}));
    installations[name_space + "/" + name].push_back(std::move(*report));
  }
  if (installations.empty()) {
    streams.err << "connected-registry status: no node has reported: is it installed, with "
                   "trustDistribution.enabled?\n";
    return kFailure;
  }
  const TimePoint now = system_now();
  bool good = true;
  for (auto& [name, reports] : installations) {
    for (const trust::NodeReport& report : reports) {
      const bool trusted = report.status.state == trust::NodeState::kTrusted;
      good = good && (report.status.state == trust::NodeState::kRemoved ||
                      (trusted && !trust::is_silent(report.status, now)));
    }
    if (installations.size() > 1) streams.out << name << "\n";
    streams.out << trust::status_table(std::move(reports), now);
  }
  return good ? kSuccess : kFailure;
}

}  // namespace

void add_status(CLI::App& app, Chosen& chosen) {
  CLI::App* const command = app.add_subcommand("status", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<Options>();
  command->add_option("--namespace", options->name_space, "Of the release (default: all)")->type_name("NAME");
  add_log_level(*command);
  command->callback(
      [options, &chosen] { chosen = [options](Streams streams) { return show(*options, streams); }; });
}

}  // namespace connected_registry::cli
