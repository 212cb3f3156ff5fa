#include "controller/active_tls.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "kube/secret.h"
#include "settings/tls_rules.h"
#include "x509/certificate.h"
#include "x509/server_material.h"

namespace connected_registry::controller {
namespace {

x509::ServerPem pem_of(const TlsMaterial& material) {
  return {.certificate = material.tls_crt, .key = material.tls_key, .authority = material.ca_crt};
}

using Authorities = std::vector<x509::Certificate>;

// Returns those of the bundle so far that have not expired. A bundle that cannot be read counts as empty and
// is made anew.
Authorities authorities_so_far(const ActiveInput& input) {
  Authorities valid;
  if (const auto old = x509::parse_bundle(input.trusted.bundle)) {
    std::copy_if(old->begin(), old->end(), std::back_inserter(valid),
                 [&](const x509::Certificate& each) { return !each.has_expired_at(input.now); });
  }
  return valid;
}

// Returns the CAs by which clients verify what is active now. A pair for a former address, or one that has
// expired, serves nobody. A weak pair, which an earlier version may have made active, still serves.
Authorities serving_authorities(const ActiveInput& input) {
  if (!input.active) return {};
  x509::Inspection inspection =
      x509::inspect_server_material(pem_of(*input.active), {.address = input.address, .now = input.now});
  const bool serves =
      std::all_of(inspection.problems.begin(), inspection.problems.end(), [](const x509::Problem& problem) {
        return x509::is_warning(problem.code) || problem.code == x509::ProblemCode::kWeakKey ||
               problem.code == x509::ProblemCode::kWeakSignature;
      });
  if (!serves || !inspection.material) return {};
  return std::move(inspection.material->authorities);
}

bool contains(const Authorities& all, const x509::Certificate& one) {
  return std::any_of(all.begin(), all.end(),
                     [&](const x509::Certificate& each) { return each.sha256() == one.sha256(); });
}

bool contains_all(const Authorities& all, const Authorities& some) {
  return std::all_of(some.begin(), some.end(),
                     [&](const x509::Certificate& each) { return contains(all, each); });
}

// Returns true if the record has these CAs, expired ones included, or if there is no record that can be read.
bool is_recorded(const ActiveInput& input, const Authorities& serving) {
  const auto recorded = x509::parse_bundle(input.trusted.bundle);
  return !recorded || contains_all(*recorded, serving);
}

std::string bundle_of(const Authorities& some, const Authorities& others) {
  Authorities all = some;
  all.insert(all.end(), others.begin(), others.end());
  return x509::to_bundle(all);
}

// Sets the bundle with the time since which it is the same.
void set_bundle(ActivePlan& plan, const ActiveInput& input, std::string bundle) {
  const bool same = bundle == input.trusted.bundle && input.trusted.since;
  plan.trusted = {.bundle = std::move(bundle), .since = same ? *input.trusted.since : input.now};
}

std::string names_of(const std::vector<std::string>& nodes) {
  constexpr std::size_t kMost = 10;
  std::string out;
  for (std::size_t index = 0; index < std::min(nodes.size(), kMost); ++index) {
    out += (out.empty() ? "" : ", ") + nodes.at(index);
  }
  if (nodes.size() > kMost) out += " and " + std::to_string(nodes.size() - kMost) + " more";
  return out;
}

std::optional<TimePoint> read_since(const json::Value& object, TimePoint now) {
  const auto since =
      parse_time(json::string_at(object, {"metadata", "annotations", names::kBundleSinceAnnotation}));
  if (!since || *since > now) return std::nullopt;
  return *since;
}

void set_since(json::Document& object, std::optional<TimePoint> since) {
  if (!since) return;
  auto& allocator = object.GetAllocator();
  json::Value& metadata = json::object_at(object, "metadata", allocator);
  json::set(json::object_at(metadata, "annotations", allocator), names::kBundleSinceAnnotation,
            format_time(*since), allocator);
}

// Plans for a source with a CA that clients do not trust yet: both CAs are trusted until the new pair may
// become active.
void rotate(ActivePlan& plan, const ActiveInput& input, const Authorities& fresh,
            const Authorities& serving) {
  if (input.frozen) {
    set_bundle(plan, input, bundle_of(serving, authorities_so_far(input)));
    plan.waiting = "the installation is frozen: nodes and pods do not get the new CA";
    return;
  }
  Authorities old = authorities_so_far(input);
  old.insert(old.end(), serving.begin(), serving.end());
  set_bundle(plan, input, bundle_of(fresh, old));
  if (plan.trusted.bundle != input.trusted.bundle) {
    plan.waiting = "the new CA goes to every node and pod first";
    return;
  }
  const auto age = input.now - *plan.trusted.since;
  const auto missing =
      input.unconfirmed ? input.unconfirmed(plan.trusted.bundle) : std::vector<std::string>();
  const bool late = age >= input.times.bound;
  if (!missing.empty() && !late) {
    plan.waiting = "nodes that have not confirmed the new CA: " + names_of(missing);
    return;
  }
  const std::chrono::seconds pods = std::min(input.times.pods, input.times.bound);
  if (age < pods) {
    plan.waiting = "pods have " + std::to_string(pods.count()) + " s to get the new CA";
    return;
  }
  if (!missing.empty()) {
    plan.warning = "the new CA is used though these nodes have not confirmed it: " + names_of(missing);
  }
  plan.active = input.source;
  plan.trusted.since = input.now;
}

// Plans for a source whose CAs are in use already, and for the first source.
void settle(ActivePlan& plan, const ActiveInput& input, const Authorities& authorities) {
  if (input.source != input.active) plan.active = input.source;
  const Authorities before = authorities_so_far(input);
  const bool others = !contains_all(authorities, before);
  const auto& since = input.trusted.since;
  if (others && !input.frozen && input.active && since && input.now - *since >= input.times.overlap) {
    set_bundle(plan, input, x509::to_bundle(authorities));
    return;
  }
  set_bundle(plan, input, bundle_of(authorities, before));
}

}  // namespace

Result<TlsMaterial> read_tls_secret(const json::Value& secret) {
  auto certificate = kube::secret_value(secret, "tls.crt");
  if (!certificate) return tl::unexpected(std::move(certificate.error()));
  auto key = kube::secret_value(secret, "tls.key");
  if (!key) return tl::unexpected(std::move(key.error()));
  auto authorities = kube::secret_value(secret, "ca.crt");
  if (!authorities && authorities.error().code != ErrorCode::kNotFound) {
    return tl::unexpected(std::move(authorities.error()));
  }
  return TlsMaterial{.tls_crt = std::move(*certificate),
                     .tls_key = std::move(*key),
                     .ca_crt = authorities ? std::move(*authorities) : std::string()};
}

Result<TlsMaterial> read_tls_values(const settings::Settings& settings) {
  x509::ServerPem pem = settings::decode_tls(settings);
  for (const auto& [name, part] :
       {std::pair{"tls.crt", &pem.certificate}, {"tls.key", &pem.key}, {"tls.cacrt", &pem.authority}}) {
    if (!*part) return fail(std::move(*part).error(), name);
  }
  return TlsMaterial{.tls_crt = std::move(*pem.certificate),
                     .tls_key = std::move(*pem.key),
                     .ca_crt = std::move(*pem.authority)};
}

Status check_tls_material(const TlsMaterial& material, const std::string& address, TimePoint now) {
  const auto checked = x509::check_server_material(pem_of(material), {.address = address, .now = now});
  if (!checked) return tl::unexpected(checked.error());
  return {};
}

std::optional<TrustRecord> read_trust_record(const json::Value& active_secret, TimePoint now) {
  auto bundle = kube::secret_value(active_secret, names::kTrustedKey);
  if (!bundle) return std::nullopt;
  return TrustRecord{.bundle = std::move(*bundle), .since = read_since(active_secret, now)};
}

TrustRecord read_former_trust_record(const json::Value& bundle, TimePoint now) {
  return {.bundle = std::string(json::string_at(bundle, {"data", names::kBundleKey})),
          .since = read_since(bundle, now)};
}

ActivePlan plan_active_tls(const ActiveInput& input) {
  ActivePlan plan;
  plan.trusted = input.trusted;
  Authorities serving = serving_authorities(input);
  // Another client put this pair in place. No client of the registry trusts its CA, and none gets it.
  if (!is_recorded(input, serving)) serving.clear();
  if (input.source) {
    const auto checked =
        x509::check_server_material(pem_of(*input.source), {.address = input.address, .now = input.now});
    if (checked) {
      if (!serving.empty() && !contains_all(serving, checked->authorities)) {
        rotate(plan, input, checked->authorities, serving);
      } else {
        settle(plan, input, checked->authorities);
      }
      return plan;
    }
    plan.refused = checked.error().message;
  }
  // The bundle comes back from what is served if it was deleted.
  if (!serving.empty()) set_bundle(plan, input, bundle_of(serving, authorities_so_far(input)));
  return plan;
}

json::Document render_active_secret(const names::Installation& installation, const TlsMaterial& material,
                                    const TrustRecord& trusted, const Owners& owners) {
  json::Document secret = make_object(kube::kSecrets, installation, installation.active_secret(), owners);
  json::set(secret, "type", "kubernetes.io/tls", secret.GetAllocator());
  kube::set_secret_value(secret, "tls.crt", material.tls_crt);
  kube::set_secret_value(secret, "tls.key", material.tls_key);
  kube::set_secret_value(secret, "ca.crt", material.ca_crt);
  kube::set_secret_value(secret, names::kTrustedKey, trusted.bundle);
  set_since(secret, trusted.since);
  return secret;
}

json::Document render_bundle(const names::Installation& installation, const TrustRecord& trusted,
                             const contract::RegistryDocument& registry, const Owners& owners) {
  json::Document map = make_object(kube::kConfigMaps, installation, installation.ca_bundle(), owners);
  auto& allocator = map.GetAllocator();
  set_since(map, trusted.since);
  json::Value& data = json::object_at(map, "data", allocator);
  // Written even if it is empty: an apply without the key would leave the content that another client wrote.
  json::set(data, names::kBundleKey, trusted.bundle, allocator);
  json::set(data, names::kRegistryKey, contract::render_registry_document(registry), allocator);
  return map;
}

contract::RegistryDocument registry_at(std::string_view address, contract::Scheme scheme) {
  constexpr int kHttpsPort = 443;
  constexpr int kHttpPort = 80;
  return {.address = std::string(address),
          .port = scheme == contract::Scheme::kHttp ? kHttpPort : kHttpsPort,
          .scheme = scheme};
}

}  // namespace connected_registry::controller
