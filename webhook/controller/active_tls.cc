#include "controller/active_tls.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "x509/certificate.h"
#include "x509/verify.h"

namespace connected_registry::controller {
namespace {

Result<x509::ServerMaterial> check(const TlsMaterial& material, const ActiveInput& input) {
  return x509::check_server_material(material.tls_crt, material.tls_key, material.ca_crt, input.address,
                                     input.now);
}

using Authorities = std::vector<x509::Certificate>;

// Those of the bundle so far that are still valid. A bundle that cannot be read (somebody edited it) counts
// as none: it is made anew.
Authorities authorities_so_far(const ActiveInput& input) {
  Authorities valid;
  if (const auto old = x509::parse_bundle(input.bundle)) {
    std::copy_if(old->begin(), old->end(), std::back_inserter(valid),
                 [&](const x509::Certificate& each) { return input.now < each.not_after(); });
  }
  return valid;
}

bool contains(const Authorities& all, const x509::Certificate& one) {
  return std::any_of(all.begin(), all.end(),
                     [&](const x509::Certificate& each) { return each.sha256() == one.sha256(); });
}

bool contains_all(const Authorities& all, const Authorities& some) {
  return std::all_of(some.begin(), some.end(),
                     [&](const x509::Certificate& each) { return contains(all, each); });
}

std::string joined(const Authorities& some, const Authorities& others) {
  Authorities all = some;
  all.insert(all.end(), others.begin(), others.end());
  return x509::to_bundle(all);
}

// The bundle, with the time since when it is so.
void set_bundle(ActivePlan& plan, const ActiveInput& input, std::string bundle) {
  const bool same = bundle == input.bundle && input.since;
  plan.since = same ? *input.since : input.now;
  plan.bundle = std::move(bundle);
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

// The source's CA is another one: both are trusted until what it has signed may become active.
void rotate(ActivePlan& plan, const ActiveInput& input, const Authorities& fresh,
            const Authorities& serving) {
  Authorities old = authorities_so_far(input);
  old.insert(old.end(), serving.begin(), serving.end());
  set_bundle(plan, input, joined(fresh, old));
  if (plan.bundle != input.bundle) {
    plan.waiting = "the new CA goes to every node and pod first";
    return;
  }
  const auto age = input.now - *plan.since;
  const auto missing = input.unconfirmed ? input.unconfirmed(plan.bundle) : std::vector<std::string>();
  const bool late = age >= input.times.bound;
  if (!missing.empty() && !late) {
    plan.waiting = "nodes that have not confirmed the new CA: " + names_of(missing);
    return;
  }
  if (age < std::min(input.times.pods, input.times.bound)) {
    plan.waiting = "pods have " + std::to_string(input.times.pods.count()) + " s to get the new CA";
    return;
  }
  if (!missing.empty()) {
    plan.warning = "the new CA is used though these nodes have not confirmed it: " + names_of(missing);
  }
  plan.active = input.source;
  plan.since = input.now;
}

// The CA is the one in use, or nothing is served yet.
void settle(ActivePlan& plan, const ActiveInput& input, const Authorities& authorities) {
  if (input.source != input.active) plan.active = input.source;
  const Authorities before = authorities_so_far(input);
  const bool others = !contains_all(authorities, before);
  if (others && input.active && input.since && input.now - *input.since >= input.times.overlap) {
    set_bundle(plan, input, x509::to_bundle(authorities));
    return;
  }
  set_bundle(plan, input, joined(authorities, before));
}

}  // namespace

Result<TlsMaterial> read_tls_secret(const json::Value& secret) {
  TlsMaterial material;
  auto certificate = secret_value(secret, "tls.crt");
  if (!certificate) return tl::unexpected(std::move(certificate.error()));
  auto key = secret_value(secret, "tls.key");
  if (!key) return tl::unexpected(std::move(key.error()));
  auto authorities = secret_value(secret, "ca.crt");
  if (!authorities && authorities.error().code != ErrorCode::kNotFound) {
    return tl::unexpected(std::move(authorities.error()));
  }
  return TlsMaterial{.tls_crt = std::move(*certificate),
                     .tls_key = std::move(*key),
                     .ca_crt = authorities ? std::move(*authorities) : std::string()};
}

ActivePlan plan_active_tls(const ActiveInput& input) {
  ActivePlan plan;
  // For a former address it serves nobody any more.
  Authorities serving;
  if (input.active) {
    if (const auto checked = check(*input.active, input)) serving = checked->authorities;
  }
  if (input.source) {
    const auto checked = check(*input.source, input);
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
  if (!serving.empty()) set_bundle(plan, input, joined(serving, authorities_so_far(input)));
  return plan;
}

json::Document render_active_secret(const names::Installation& installation, const TlsMaterial& material,
                                    const std::optional<Owner>& owner) {
  json::Document secret = make_object(kube::kSecrets, installation, installation.active_secret(), owner);
  json::set(secret, "type", "kubernetes.io/tls", secret.GetAllocator());
  set_secret_value(secret, "tls.crt", material.tls_crt);
  set_secret_value(secret, "tls.key", material.tls_key);
  set_secret_value(secret, "ca.crt", material.ca_crt);
  return secret;
}

json::Document render_bundle(const names::Installation& installation, std::string_view bundle,
                             const contract::RegistryDocument& registry, const std::optional<Owner>& owner,
                             std::optional<TimePoint> since) {
  json::Document map = make_object(kube::kConfigMaps, installation, installation.ca_bundle(), owner);
  auto& allocator = map.GetAllocator();
  if (since) {
    json::Value& metadata = json::object_at(map, "metadata", allocator);
    json::set(json::object_at(metadata, "annotations", allocator), names::kBundleSinceAnnotation,
              format_time(*since), allocator);
  }
  json::Value& data = json::object_at(map, "data", allocator);
  if (!bundle.empty()) json::set(data, names::kBundleKey, bundle, allocator);
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
