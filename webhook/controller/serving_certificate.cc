#include "controller/serving_certificate.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "kube/secret.h"
#include "x509/certificate.h"
#include "x509/issue.h"
#include "x509/private_key.h"
#include "x509/server_material.h"

namespace connected_registry::controller {
namespace {

constexpr std::chrono::hours kLeafLifetime{24 * 90};
constexpr std::chrono::hours kAuthorityLifetime{24 * 3650};
// A machine whose clock is a little behind must find the certificate valid already.
constexpr std::chrono::minutes kBackdated{10};

// The material with what is wrong with it.
struct Parsed {
  x509::ServerMaterial server;
  Status usable;
  x509::Pair signer;  // the CA whose key we have
};

// Fails where a part cannot be read, or where ca.key belongs to no CA.
Result<Parsed> parse(const ServingMaterial& material, const std::vector<std::string>& service_names,
                     TimePoint now) {
  x509::Inspection inspection = x509::inspect_server_material(
      {.certificate = material.tls_crt, .key = material.tls_key, .authority = material.ca_crt},
      {.dns_names = service_names, .now = now, .authority_required = true});
  Status usable = x509::check_problems(inspection.problems);
  if (!inspection.material) return tl::unexpected(std::move(usable).error());
  auto signing_key = x509::PrivateKey::parse(material.ca_key);
  if (!signing_key) return fail(std::move(signing_key.error()), "ca.key");
  const auto& authorities = inspection.material->authorities;
  const auto signer = std::find_if(
      authorities.begin(), authorities.end(),
      [&](const x509::Certificate& each) { return each.is_ca() && signing_key->belongs_to(each); });
  if (signer == authorities.end()) {
    return fail(ErrorCode::kInvalidArgument, "ca.key: it belongs to no CA of ca.crt");
  }
  x509::Pair pair{.certificate = *signer, .key = std::move(*signing_key)};
  return Parsed{
      .server = *std::move(inspection.material), .usable = std::move(usable), .signer = std::move(pair)};
}

bool is_due(const x509::Certificate& certificate, TimePoint now) {
  return certificate.not_after() - now < (certificate.not_after() - certificate.not_before()) / 3;
}

Result<x509::Pair> new_authority(TimePoint now) {
  // The date makes the subjects of two CAs differ, for people and for programs that search by subject.
  return x509::issue_ca({.common_name = "connected-registry webhook CA " + format_time(now),
                         .dns_names = {},
                         .ip_addresses = {},
                         .not_before = now - kBackdated,
                         .lifetime = kAuthorityLifetime});
}

Result<x509::Pair> new_leaf(const std::vector<std::string>& service_names, const x509::Pair& authority,
                            TimePoint now) {
  return x509::issue_server({.common_name = "connected-registry webhook",
                             .dns_names = service_names,
                             .ip_addresses = {},
                             .not_before = now - kBackdated,
                             .lifetime = kLeafLifetime},
                            authority);
}

Result<std::optional<ServingPlan>> start_anew(const std::vector<std::string>& service_names, TimePoint now,
                                              std::string reason) {
  auto authority = new_authority(now);
  if (!authority) return tl::unexpected(std::move(authority.error()));
  auto leaf = new_leaf(service_names, *authority, now);
  if (!leaf) return tl::unexpected(std::move(leaf.error()));
  return ServingPlan{.material = {.tls_crt = leaf->certificate.to_pem(),
                                  .tls_key = leaf->key.to_pem(),
                                  .ca_crt = authority->certificate.to_pem(),
                                  .ca_key = authority->key.to_pem()},
                     .reason = std::move(reason)};
}

Result<std::optional<ServingPlan>> add_authority(const ServingMaterial& current, const Parsed& parsed,
                                                 TimePoint now) {
  auto authority = new_authority(now);
  if (!authority) return tl::unexpected(std::move(authority.error()));
  std::vector<x509::Certificate> authorities = {authority->certificate};
  std::copy_if(parsed.server.authorities.begin(), parsed.server.authorities.end(),
               std::back_inserter(authorities),
               [&](const x509::Certificate& each) { return each.is_valid_at(now); });
  ServingPlan plan{.material = current, .reason = "its CA expires soon: a new CA joins ca.crt"};
  plan.material.ca_crt = x509::to_bundle(authorities);
  plan.material.ca_key = authority->key.to_pem();
  return plan;
}

Result<std::optional<ServingPlan>> renew_leaf(const ServingMaterial& current, const Parsed& parsed,
                                              const std::vector<std::string>& service_names, TimePoint now,
                                              std::string reason) {
  auto leaf = new_leaf(service_names, parsed.signer, now);
  if (!leaf) return tl::unexpected(std::move(leaf.error()));
  ServingPlan plan{.material = current, .reason = std::move(reason)};
  plan.material.tls_crt = leaf->certificate.to_pem();
  plan.material.tls_key = leaf->key.to_pem();
  return plan;
}

}  // namespace

std::vector<std::string> webhook_service_names(const names::Installation& installation,
                                               std::string_view cluster_domain) {
  const std::string name = installation.webhook() + "." + installation.namespace_;
  return {name, name + ".svc", name + ".svc." + std::string(cluster_domain)};
}

Result<ServingMaterial> read_serving_secret(const json::Value& secret) {
  ServingMaterial material;
  for (const auto& [key, target] : {std::pair{"tls.crt", &material.tls_crt},
                                    {"tls.key", &material.tls_key},
                                    {"ca.crt", &material.ca_crt},
                                    {"ca.key", &material.ca_key}}) {
    auto value = kube::secret_value(secret, key);
    if (!value) return tl::unexpected(std::move(value.error()));
    *target = std::move(*value);
  }
  return material;
}

json::Document render_serving_secret(const names::Installation& installation, const ServingMaterial& material,
                                     const Owners& owners) {
  json::Document secret =
      make_object(kube::kSecrets, installation, installation.webhook_tls_secret(), owners);
  json::set(secret, "type", "Opaque", secret.GetAllocator());
  kube::set_secret_value(secret, "tls.crt", material.tls_crt);
  kube::set_secret_value(secret, "tls.key", material.tls_key);
  kube::set_secret_value(secret, "ca.crt", material.ca_crt);
  kube::set_secret_value(secret, "ca.key", material.ca_key);
  return secret;
}

Status check_serving_material(const ServingMaterial& material, const std::vector<std::string>& service_names,
                              TimePoint now) {
  auto parsed = parse(material, service_names, now);
  if (!parsed) return tl::unexpected(std::move(parsed).error());
  return std::move(parsed->usable);
}

Result<std::optional<ServingPlan>> plan_serving_certificate(const std::optional<ServingMaterial>& current,
                                                            const std::vector<std::string>& service_names,
                                                            TimePoint now) {
  if (!current) return start_anew(service_names, now, "there is none yet");
  const auto parsed = parse(*current, service_names, now);
  if (!parsed) return start_anew(service_names, now, parsed.error().message);
  if (!parsed->signer.certificate.is_valid_at(now)) {
    return start_anew(service_names, now, "ca.crt: the CA that signs is not valid at this time");
  }
  if (is_due(parsed->signer.certificate, now)) return add_authority(*current, *parsed, now);
  if (!parsed->usable) {
    return renew_leaf(*current, *parsed, service_names, now, parsed->usable.error().message);
  }
  if (is_due(parsed->server.leaf, now)) {
    return renew_leaf(*current, *parsed, service_names, now, "it expires soon");
  }
  return std::nullopt;
}

}  // namespace connected_registry::controller
