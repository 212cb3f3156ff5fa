// Checks settings by the rules of the catalogue (finding.h) that need facts about the cluster: CR003, CR004,
// CR017, CR018, CR022, CR023, CR038, CR049, CR051 to CR053. Pure functions: the caller passes the facts.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/timestamp.h"
#include "settings/finding.h"
#include "settings/settings.h"

namespace connected_registry::settings {

struct StorageClass {
  std::string name;
  bool is_default = false;
};

// Facts about the cluster. A fact is nullopt if it was not requested or if the request failed. The rules
// that need a missing fact are not checked.
struct ClusterFacts {
  // The reason why the Service cannot have the address; empty: the address is available.
  std::optional<std::string> address_refusal;
  std::optional<std::vector<std::string>> ranges;  // address ranges of Services, as CIDRs
  std::optional<bool> has_cert_manager;            // cert-manager's resource definitions exist
  // The namespace of a cert-manager that another release installed; empty: no such cert-manager.
  std::optional<std::string> other_cert_manager;
  // Number of nodes with the label containerd-configured-by=connected-registry.
  std::optional<std::size_t> labelled_nodes;
  // The Pod Security level that the release's namespace enforces; empty: the namespace enforces no level.
  std::optional<std::string> pod_security;
  // The Secret that tls.secret names; nullptr: the Secret does not exist.
  std::optional<std::shared_ptr<const json::Document>> tls_secret;
  // The Secret that connectionStringSecret names; nullptr: the Secret does not exist.
  std::optional<std::shared_ptr<const json::Document>> connection_secret;
  std::optional<std::vector<StorageClass>> storage_classes;
  // The registry's volume claim is the claim that pvc.existingClaim names, or otherwise the chart's claim.
  // The size that this claim requests in the cluster; empty: the claim does not exist.
  std::optional<std::string> volume_request;
  std::optional<bool> has_existing_claim;  // the registry's volume claim exists
};

// Returns the findings of these rules. The result is sorted.
std::vector<Finding> check_cluster(const Settings& settings, const ClusterFacts& facts, TimePoint now);

}  // namespace connected_registry::settings
