#include "controller/certificate_objects.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "net/address.h"

namespace connected_registry::controller {
namespace {

// Durations as Go writes them: cert-manager stores them so, and an equal text needs no new apply.
constexpr std::string_view kAuthorityDuration = "87600h0m0s";     // ten years
constexpr std::string_view kAuthorityRenewBefore = "8760h0m0s";   // a year
constexpr std::string_view kCertificateDuration = "2160h0m0s";    // 90 days
constexpr std::string_view kCertificateRenewBefore = "720h0m0s";  // 30 days
constexpr int kKeyBits = 256;

DesiredObject make_issuer(const CertificateRequest& request, const std::string& name) {
  return {.resource = kube::kIssuers,
          .name = name,
          .object = make_object(kube::kIssuers, request.installation, name, request.owners)};
}

DesiredObject self_signed_issuer(const CertificateRequest& request) {
  DesiredObject issuer = make_issuer(request, request.installation.self_signed_issuer());
  auto& allocator = issuer.object.GetAllocator();
  json::object_at(json::object_at(issuer.object, "spec", allocator), "selfSigned", allocator);
  return issuer;
}

DesiredObject authority_issuer(const CertificateRequest& request) {
  DesiredObject issuer = make_issuer(request, request.installation.ca());
  auto& allocator = issuer.object.GetAllocator();
  json::Value& authority =
      json::object_at(json::object_at(issuer.object, "spec", allocator), "ca", allocator);
  json::set(authority, "secretName", request.installation.ca(), allocator);
  return issuer;
}

// The parts in which our Certificates differ.
struct CertificateForm {
  std::string name;
  std::string secret;
  std::string issuer;
  std::string_view duration;
  std::string_view renew_before;
  std::vector<std::string> usages;
};

DesiredObject make_certificate(const CertificateRequest& request, const CertificateForm& form) {
  DesiredObject desired{
      .resource = kube::kCertificates,
      .name = form.name,
      .object = make_object(kube::kCertificates, request.installation, form.name, request.owners)};
  auto& allocator = desired.object.GetAllocator();
  json::Value& spec = json::object_at(desired.object, "spec", allocator);
  json::set(spec, "secretName", form.secret, allocator);
  // cert-manager gives its Secrets no owner: the label says which installation they belong to.
  json::Value& labels =
      json::object_at(json::object_at(spec, "secretTemplate", allocator), "labels", allocator);
  json::set(labels, names::kNameLabel, request.installation.name, allocator);
  json::set(spec, "duration", form.duration, allocator);
  json::set(spec, "renewBefore", form.renew_before, allocator);
  json::set(spec, "usages", strings(form.usages, allocator), allocator);
  json::Value& key = json::object_at(spec, "privateKey", allocator);
  json::set(key, "algorithm", "ECDSA", allocator);
  json::set(key, "size", json::Value(kKeyBits), allocator);
  json::set(key, "rotationPolicy", "Always", allocator);
  json::Value& issuer = json::object_at(spec, "issuerRef", allocator);
  json::set(issuer, "group", kube::kIssuers.group, allocator);
  json::set(issuer, "kind", kube::kIssuers.kind, allocator);
  json::set(issuer, "name", form.issuer, allocator);
  return desired;
}

DesiredObject authority(const CertificateRequest& request) {
  const names::Installation& installation = request.installation;
  DesiredObject certificate =
      make_certificate(request, {.name = installation.ca(),
                                 .secret = installation.ca(),
                                 .issuer = installation.self_signed_issuer(),
                                 .duration = kAuthorityDuration,
                                 .renew_before = kAuthorityRenewBefore,
                                 .usages = {"digital signature", "cert sign", "crl sign"}});
  auto& allocator = certificate.object.GetAllocator();
  json::Value& spec = json::object_at(certificate.object, "spec", allocator);
  json::set(spec, "isCA", json::Value(true), allocator);
  json::set(spec, "commonName", names::kAuthorityCommonName, allocator);
  // The CAs of two installations have to differ in their subject.
  json::set(json::object_at(spec, "subject", allocator), "organizations",
            strings({installation.authority_organization()}, allocator), allocator);
  return certificate;
}

void add_once(std::vector<std::string>& list, std::string text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

// Adds a host as image references write it: an address (IPv6 in brackets) or a name, with a port or without.
void add_host(std::string_view host, std::vector<std::string>& addresses,
              std::vector<std::string>& dns_names) {
  const bool bracketed = host.starts_with('[');
  const std::string_view name =
      bracketed ? host.substr(1, host.find(']') - 1) : host.substr(0, host.find(':'));
  if (const auto address = net::Address::parse(name)) {
    add_once(addresses, address->to_text());
  } else {
    add_once(dns_names, std::string(name));
  }
}

DesiredObject registry_certificate(const CertificateRequest& request) {
  const names::Installation& installation = request.installation;
  DesiredObject certificate = make_certificate(request, {.name = installation.certificate(),
                                                         .secret = installation.source_secret(),
                                                         .issuer = installation.ca(),
                                                         .duration = kCertificateDuration,
                                                         .renew_before = kCertificateRenewBefore,
                                                         .usages = {"digital signature", "server auth"}});
  auto& allocator = certificate.object.GetAllocator();
  json::Value& spec = json::object_at(certificate.object, "spec", allocator);
  const std::string service = installation.name + "." + installation.namespace_;
  std::vector<std::string> addresses = {request.address};
  std::vector<std::string> dns_names = {service, service + ".svc",
                                        service + ".svc." + request.cluster_domain};
  for (const std::string& host : request.extra_hosts) add_host(host, addresses, dns_names);
  json::set(spec, "ipAddresses", strings(addresses, allocator), allocator);
  json::set(spec, "dnsNames", strings(dns_names, allocator), allocator);
  return certificate;
}

}  // namespace

std::vector<DesiredObject> certificate_objects(const CertificateRequest& request) {
  std::vector<DesiredObject> objects;
  objects.push_back(self_signed_issuer(request));
  objects.push_back(authority(request));
  objects.push_back(authority_issuer(request));
  objects.push_back(registry_certificate(request));
  return objects;
}

}  // namespace connected_registry::controller
