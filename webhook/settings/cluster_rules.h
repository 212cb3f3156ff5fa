// The rules that only a cluster can answer (CR003, CR004, CR017, CR018, CR022, CR023, CR038, CR049, CR051 to
// CR053). Pure: what the cluster says is passed in.
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

// What was asked of the cluster. No value: it was not asked, or did not say; then no rule is judged by it.
struct ClusterFacts {
  std::optional<std::string> address_refusal;      // why the address cannot be had; empty: it can
  std::optional<std::vector<std::string>> ranges;  // of Services, as CIDRs
  std::optional<bool> has_cert_manager;            // its resource definitions are there
  std::optional<std::string> other_cert_manager;   // namespace of one that is not this release's; empty: none
  std::optional<std::size_t> labelled_nodes;
  std::optional<std::string> pod_security;  // level that the namespace enforces; empty: none
  std::optional<std::shared_ptr<const json::Document>>
      tls_secret;  // that of tls.secret; nullptr: there is none
  std::optional<std::shared_ptr<const json::Document>>
      connection_secret;  // that of connectionStringSecret; nullptr: there is none
  std::optional<std::vector<StorageClass>> storage_classes;
  std::optional<std::string> volume_request;  // of the claim that is there already; empty: none
  std::optional<bool> has_existing_claim;     // that of pvc.existingClaim is there
};

// Sorted.
std::vector<Finding> check_cluster(const Settings& settings, const ClusterFacts& facts, TimePoint now);

}  // namespace connected_registry::settings
