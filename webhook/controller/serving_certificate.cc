#include "controller/serving_certificate.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/openssl.h"
#include "x509/certificate.h"
#include "x509/issue.h"
#include "x509/private_key.h"

namespace connected_registry::controller {
namespace {

constexpr std::chrono::hours kLeafLifetime{24 * 90};
constexpr std::chrono::hours kAuthorityLifetime{24 * 3650};
// Machines whose clocks are a little behind must not find the certificate not yet valid.
constexpr std::chrono::minutes kBackdated{10};

struct Parsed {
  x509::Certificate leaf;
  x509::PrivateKey key;
  std::vector<x509::Certificate> authorities;
  x509::Pair signer;  // the CA whose key we have
};

Result<Parsed> parse(const ServingMaterial& material) {
  auto leaf = x509::Certificate::parse(material.tls_crt);
  if (!leaf) return fail(std::move(leaf.error()), "tls.crt");
  auto key = x509::PrivateKey::parse(material.tls_key);
  if (!key) return fail(std::move(key.error()), "tls.key");
  auto authorities = x509::parse_bundle(material.ca_crt);
  if (!authorities) return fail(std::move(authorities.error()), "ca.crt");
  auto signing_key = x509::PrivateKey::parse(material.ca_key);
  if (!signing_key) return fail(std::move(signing_key.error()), "ca.key");
  const auto signer = std::find_if(
      authorities->begin(), authorities->end(),
      [&](const x509::Certificate& each) { return each.is_ca() && signing_key->belongs_to(each); });
  if (signer == authorities->end()) {
    return fail(ErrorCode::kInvalidArgument, "ca.key belongs to no CA of ca.crt");
  }
  return Parsed{.leaf = *leaf,
                .key = *key,
                .authorities = *authorities,
                .signer = {.certificate = *signer, .key = *signing_key}};
}

bool is_valid(const x509::Certificate& certificate, TimePoint now) {
  return certificate.not_before() <= now && now < certificate.not_after();
}

bool is_due(const x509::Certificate& certificate, TimePoint now) {
  return certificate.not_after() - now < (certificate.not_after() - certificate.not_before()) / 3;
}

bool is_signed_by(const x509::Certificate& certificate, const x509::Certificate& authority) {
  const openssl::ErrorScope errors;
  return X509_check_issued(authority.handle(), certificate.handle()) == X509_V_OK &&
         X509_verify(certificate.handle(), X509_get0_pubkey(authority.handle())) == 1;
}

Status check_leaf(const Parsed& parsed, const std::vector<std::string>& service_names, TimePoint now) {
  if (!parsed.key.belongs_to(parsed.leaf)) {
    return fail(ErrorCode::kInvalidArgument, "tls.key does not belong to tls.crt");
  }
  if (!is_valid(parsed.leaf, now)) {
    return fail(ErrorCode::kInvalidArgument, "tls.crt is valid from " +
                                                 format_time(parsed.leaf.not_before()) + " to " +
                                                 format_time(parsed.leaf.not_after()) + " only");
  }
  const std::vector<std::string> has = parsed.leaf.dns_sans();
  for (const std::string& name : service_names) {
    if (std::find(has.begin(), has.end(), name) == has.end()) {
      return fail(ErrorCode::kInvalidArgument, "tls.crt lacks the name " + name);
    }
  }
  const bool is_signed =
      std::any_of(parsed.authorities.begin(), parsed.authorities.end(),
                  [&](const auto& each) { return is_valid(each, now) && is_signed_by(parsed.leaf, each); });
  if (!is_signed) return fail(ErrorCode::kInvalidArgument, "tls.crt was signed by no valid CA of ca.crt");
  return {};
}

Result<x509::Pair> new_authority(TimePoint now) {
  // The date tells two of them apart, for people and where certificates are looked up by subject.
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
  std::copy_if(parsed.authorities.begin(), parsed.authorities.end(), std::back_inserter(authorities),
               [&](const x509::Certificate& each) { return is_valid(each, now); });
  ServingPlan plan{.material = current, .reason = "its CA nears its end: a new one joins it"};
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
    auto value = secret_value(secret, key);
    if (!value) return tl::unexpected(std::move(value.error()));
    *target = std::move(*value);
  }
  return material;
}

json::Document render_serving_secret(const names::Installation& installation, const ServingMaterial& material,
                                     const std::optional<Owner>& owner) {
  json::Document secret = make_object(kube::kSecrets, installation, installation.webhook_tls_secret(), owner);
  json::set(secret, "type", "Opaque", secret.GetAllocator());
  set_secret_value(secret, "tls.crt", material.tls_crt);
  set_secret_value(secret, "tls.key", material.tls_key);
  set_secret_value(secret, "ca.crt", material.ca_crt);
  set_secret_value(secret, "ca.key", material.ca_key);
  return secret;
}

Status check_serving_material(const ServingMaterial& material, const std::vector<std::string>& service_names,
                              TimePoint now) {
  const auto parsed = parse(material);
  if (!parsed) return tl::unexpected(parsed.error());
  return check_leaf(*parsed, service_names, now);
}

Result<std::optional<ServingPlan>> plan_serving_certificate(const std::optional<ServingMaterial>& current,
                                                            const std::vector<std::string>& service_names,
                                                            TimePoint now) {
  if (!current) return start_anew(service_names, now, "there is none yet");
  const auto parsed = parse(*current);
  if (!parsed) return start_anew(service_names, now, parsed.error().message);
  if (!is_valid(parsed->signer.certificate, now)) {
    return start_anew(service_names, now, "its CA is not valid at this time");
  }
  if (is_due(parsed->signer.certificate, now)) return add_authority(*current, *parsed, now);
  if (const auto good = check_leaf(*parsed, service_names, now); !good) {
    return renew_leaf(*current, *parsed, service_names, now, good.error().message);
  }
  if (is_due(parsed->leaf, now)) return renew_leaf(*current, *parsed, service_names, now, "it nears its end");
  return std::nullopt;
}

}  // namespace connected_registry::controller
