#include "settings/engine_rules.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/quoted.h"

namespace connected_registry::settings {
namespace {

// The drivers of Distribution 3.
constexpr std::array<std::string_view, 6> kDrivers = {"azure",    "filesystem", "gcs",
                                                      "inmemory", "s3",         "s3aws"};

void check_service(const Settings& settings, std::vector<Finding>& findings) {
  if (settings.service_type == "ClusterIP") return;
  findings.push_back(
      found("CR007", quoted(settings.service_type) +
                         " is not supported: the registry has one address, service.clusterIP, which its "
                         "certificate and the nodes' files name"));
}

void check_storage(const Settings& settings, std::vector<Finding>& findings) {
  const std::string& driver = settings.storage_driver;
  if (std::find(kDrivers.begin(), kDrivers.end(), driver) == kDrivers.end()) {
    findings.push_back(found("CR058", quoted(driver) + " is no driver of Distribution"));
    return;
  }
  const bool needs_parameters = driver != "filesystem" && driver != "inmemory";
  if (needs_parameters && settings.storage_configured == false) {
    findings.push_back(found("CR059", "the driver " + driver + " has no parameters"));
  }
}

void check_azure(const Settings& settings, std::vector<Finding>& findings) {
  if (settings.connection_string.empty() && settings.connection_string_secret.empty()) {
    findings.push_back(found("CR066", "Azure's image needs a connection string, and none is given"));
  }
  if (settings.storage_driver != "filesystem") {
    findings.push_back(found("CR067", "Azure's image stores the images on a volume only"));
  }
  const std::array<std::pair<const char*, bool>, 9> ignored = {
      {{"mode", settings.mode == "ReadWrite"},
       {"registry.replicas", settings.replicas > 1},
       {"sync.repositories", !settings.sync_repositories.empty()},
       {"parent.url", !settings.parent_url.empty()},
       {"parent.pullThrough", settings.pull_through},
       {"parent.caBundle", !settings.parent_ca_bundle.empty()},
       {"garbageCollection.schedule", !settings.garbage_schedule.empty()},
       {"access.existingSecret", !settings.access_secret.empty()},
       {"access.password", !settings.access_password.empty()}}};
  for (const auto& [path, is_set] : ignored) {
    if (is_set) findings.push_back(found("CR068", path, "registry.engine=azure ignores it"));
  }
}

}  // namespace

void check_engine(const Settings& settings, std::vector<Finding>& findings) {
  check_service(settings, findings);
  check_storage(settings, findings);
  if (settings.engine == "azure") check_azure(settings, findings);
}

}  // namespace connected_registry::settings
