#include "settings/cluster_rules.h"

#include <algorithm>
#include <utility>

#include "base/base64.h"
#include "base/quoted.h"
#include "net/address.h"
#include "settings/connection_string.h"
#include "settings/rules.h"
#include "settings/tls_rules.h"

namespace connected_registry::settings {
namespace {

using Findings = std::vector<Finding>;

// Kubernetes gives out addresses from behind this band: what lies in it stays free for those who ask by name.
std::uint64_t band_of(std::uint64_t size) {
  constexpr std::uint64_t kLeast = 16;
  constexpr std::uint64_t kMost = 256;
  return std::min(std::max(kLeast, size / 16), kMost);
}

void check_address(const Settings& settings, const ClusterFacts& facts, Findings& findings) {
  const auto address = net::Address::parse(settings.service_cluster_ip);
  if (!address || !address->problem().empty()) return;  // CR001 and CR002 say so
  if (facts.address_refusal && !facts.address_refusal->empty()) {
    findings.push_back(found("CR003", "the cluster refuses it: " + *facts.address_refusal));
    return;
  }
  for (const std::string& range : facts.ranges.value_or(std::vector<std::string>())) {
    const auto place = address->position_in(range);
    if (!place || place->offset < band_of(place->size)) continue;
    findings.push_back(found("CR004",
                             "it lies in the part of the range that Kubernetes assigns addresses from: "
                             "another Service may get it first (range " +
                                 range + ")"));
  }
}

void check_cert_manager(const Settings& settings, const ClusterFacts& facts, Findings& findings) {
  if (settings.cert_manager_install) {
    if (facts.other_cert_manager && !facts.other_cert_manager->empty()) {
      findings.push_back(found(
          "CR018", "the cluster has a cert-manager already, in namespace " + *facts.other_cert_manager));
    }
    return;
  }
  if (certificate_source(settings) != CertificateSource::kCertManager) return;
  if (facts.has_cert_manager == false) {
    findings.push_back(
        found("CR017", "the cluster has no cert-manager: its custom resource definitions are missing"));
  } else if (facts.has_cert_manager && facts.other_cert_manager && facts.other_cert_manager->empty()) {
    // An uninstall of cert-manager leaves the definitions behind. This release's own is not counted: with
    // cert-manager.install=false, the upgrade removes it.
    findings.push_back(
        found("CR017",
              "the cluster has cert-manager's custom resource definitions, but no cert-manager: "
              "there is no webhook.cert-manager.io"));
  }
}

void check_trust(const Settings& settings, const ClusterFacts& facts, Findings& findings) {
  if (!settings.trust_distribution_enabled) return;
  const bool selects = settings.trust_use_node_selector && !settings.trust_skip_node_selector;
  if (selects && facts.labelled_nodes == 0U) {
    findings.push_back(
        found("CR022", "no node carries the label containerd-configured-by=connected-registry"));
  }
  if (facts.pod_security == "baseline" || facts.pod_security == "restricted") {
    Finding finding =
        found("CR023", "the namespace enforces the Pod Security level " + *facts.pod_security +
                           ", under which the trust agent cannot run: it writes files of the node");
    finding.fix = "kubectl label --overwrite namespace " + settings.release_namespace +
                  " pod-security.kubernetes.io/enforce=privileged, or set trustDistribution.enabled=false";
    findings.push_back(std::move(finding));
  }
}

void check_own_secret(const Settings& settings, const ClusterFacts& facts, TimePoint now,
                      Findings& findings) {
  if (certificate_source(settings) != CertificateSource::kSecret || !facts.tls_secret) return;
  if (*facts.tls_secret == nullptr) {
    findings.push_back(found("CR038", "there is no Secret " + settings.tls.secret + " in namespace " +
                                          settings.release_namespace));
    return;
  }
  const auto more = check_tls_secret(**facts.tls_secret, settings.service_cluster_ip, now);
  findings.insert(findings.end(), more.begin(), more.end());
}

void check_connection_secret(const Settings& settings, const ClusterFacts& facts, Findings& findings) {
  // Without repositories nobody reads it.
  if (settings.connection_string_secret.empty() || settings.sync_repositories.empty()) return;
  if (!facts.connection_secret) return;
  const std::string& name = settings.connection_string_secret;
  if (*facts.connection_secret == nullptr) {
    findings.push_back(
        found("CR049", "there is no Secret " + name + " in namespace " + settings.release_namespace));
    return;
  }
  const std::string_view encoded = json::string_at(**facts.connection_secret, {"data", "connectionString"});
  auto text = base64::decode(encoded);
  if (encoded.empty() || !text) {
    findings.push_back(found("CR049", "Secret " + name + " has no key connectionString"));
    return;
  }
  for (Finding& each : check_connection_string(without_line_end(*text))) {
    each.path = "Secret " + name + " connectionString";
    findings.push_back(std::move(each));
  }
}

void check_storage(const Settings& settings, const ClusterFacts& facts, Findings& findings) {
  if (!settings.existing_claim.empty()) {
    if (facts.has_existing_claim == false) {
      findings.push_back(found("CR053", "there is no claim " + settings.existing_claim + " in namespace " +
                                            settings.release_namespace));
    }
    return;
  }
  if (facts.volume_request && !facts.volume_request->empty()) {
    Settings former = settings;
    former.storage_request = *facts.volume_request;
    const auto more = check_change(former, settings);
    findings.insert(findings.end(), more.begin(), more.end());
    return;  // the claim has its class
  }
  if (!facts.storage_classes || !facts.volume_request) return;
  const auto& classes = *facts.storage_classes;
  const std::string& wanted = settings.storage_class_name;
  if (wanted.empty()) {
    const bool any =
        std::any_of(classes.begin(), classes.end(), [](const StorageClass& each) { return each.is_default; });
    if (!any) findings.push_back(found("CR051", "it is empty, and the cluster has no default storage class"));
    return;
  }
  const bool there = std::any_of(classes.begin(), classes.end(),
                                 [&](const StorageClass& each) { return each.name == wanted; });
  if (!there) findings.push_back(found("CR051", "the cluster has no storage class " + quoted(wanted)));
}

}  // namespace

std::vector<Finding> check_cluster(const Settings& settings, const ClusterFacts& facts, TimePoint now) {
  Findings findings;
  check_address(settings, facts, findings);
  check_cert_manager(settings, facts, findings);
  check_trust(settings, facts, findings);
  check_own_secret(settings, facts, now, findings);
  check_connection_secret(settings, facts, findings);
  check_storage(settings, facts, findings);
  sort(findings);
  return findings;
}

}  // namespace connected_registry::settings
