#include "controller/preflight.h"

#include <utility>
#include <vector>

#include "controller/cluster_facts.h"
#include "net/address.h"
#include "settings/rules.h"

namespace connected_registry::controller {
namespace {

// Returns the address in its canonical text for comparison; a text that is not an address stays as it is.
std::string canonical(std::string_view text) {
  const auto address = net::Address::parse(text);
  return address ? address->to_text() : std::string(text);
}

// `known_free`: the cluster has confirmed that the address is available.
Status delete_service_of_old_address(kube::Client& client, const names::Installation& installation,
                                     const std::string& address, bool known_free, std::ostream& out) {
  const auto service = client.get(kube::kServices, installation.namespace_, installation.name);
  if (!service) {
    if (service.error().code == ErrorCode::kNotFound) return {};
    return tl::unexpected(service.error());
  }
  const std::string former = canonical(json::string_at(*service, {"spec", "clusterIP"}));
  if (former == address) return {};
  if (!known_free) {
    return fail(ErrorCode::kUnavailable,
                "cannot move the registry from " + former + " to " + address +
                    ": it is not known whether the new address is available. Nothing was changed");
  }
  const auto removed = client.remove(kube::kServices, installation.namespace_, installation.name);
  if (!removed && removed.error().code != ErrorCode::kNotFound) return removed;
  out << "the registry moves from " << former << " to " << address
      << ": its Service was deleted, and helm recreates it with the new address" << std::endl;
  return {};
}

}  // namespace

Result<bool> preflight(kube::Client& client, const PreflightRequest& request, std::ostream& out,
                       TimePoint now) {
  auto parsed = settings::parse(request.settings_json);
  if (!parsed) return tl::unexpected(std::move(parsed.error()));
  std::vector<settings::Finding> findings = std::move(parsed->findings);
  const CollectedFacts collected = collect_cluster_facts(client, request.installation, parsed->settings);
  for (const auto& more : {settings::check(parsed->settings, now),
                           settings::check_cluster(parsed->settings, collected.facts, now)}) {
    findings.insert(findings.end(), more.begin(), more.end());
  }
  settings::sort(findings);
  for (const std::string& line : collected.unanswered) out << "note: " << line << std::endl;
  for (const settings::Finding& finding : findings) {
    const bool error = finding.severity == settings::Severity::kError;
    out << (error ? "error: " : "warning: ") << settings::to_line(finding) << std::endl;
  }
  if (settings::has_errors(findings)) {
    out << "nothing was changed" << std::endl;
    return false;
  }
  const auto moved =
      delete_service_of_old_address(client, request.installation, parsed->settings.service_cluster_ip,
                                    collected.facts.address_refusal.has_value(), out);
  if (!moved) return tl::unexpected(moved.error());
  out << "the settings are valid for this cluster" << std::endl;
  return true;
}

}  // namespace connected_registry::controller
