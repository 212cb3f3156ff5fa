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

// A bundle that cannot be read (somebody edited it) counts as none: it is made anew.
std::string join_bundle(std::vector<x509::Certificate> authorities, const ActiveInput& input) {
  if (const auto old = x509::parse_bundle(input.bundle)) {
    std::copy_if(old->begin(), old->end(), std::back_inserter(authorities),
                 [&](const x509::Certificate& each) { return input.now < each.not_after(); });
  }
  return x509::to_bundle(authorities);
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
  if (input.source) {
    const auto checked = check(*input.source, input);
    if (checked) {
      if (input.source != input.active) plan.active = input.source;
      plan.bundle = join_bundle(checked->authorities, input);
      return plan;
    }
    plan.refused = checked.error().message;
  }
  // The bundle comes back from what is served if it was deleted.
  if (input.active) {
    if (const auto checked = check(*input.active, input))
      plan.bundle = join_bundle(checked->authorities, input);
  }
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
                             const trust::RegistryDocument& registry, const std::optional<Owner>& owner) {
  json::Document map = make_object(kube::kConfigMaps, installation, installation.ca_bundle(), owner);
  auto& allocator = map.GetAllocator();
  json::Value& data = json::object_at(map, "data", allocator);
  if (!bundle.empty()) json::set(data, names::kBundleKey, bundle, allocator);
  json::set(data, names::kRegistryKey, trust::render_registry_document(registry), allocator);
  return map;
}

trust::RegistryDocument registry_at(std::string_view address, trust::Scheme scheme) {
  constexpr int kHttpsPort = 443;
  constexpr int kHttpPort = 80;
  return {.address = std::string(address),
          .port = scheme == trust::Scheme::kHttp ? kHttpPort : kHttpsPort,
          .scheme = scheme};
}

}  // namespace connected_registry::controller
