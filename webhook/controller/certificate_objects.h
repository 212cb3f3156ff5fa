// Renders the objects by which cert-manager issues a private CA and the registry's certificate. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "contract/names.h"
#include "controller/objects.h"
#include "kube/resource.h"

namespace connected_registry::controller {

struct CertificateRequest {
  names::Installation installation;
  std::string address;  // of the registry's Service
  std::string cluster_domain;
  std::vector<std::string> extra_hosts = {};  // more hosts of the registry, as image references write them
  std::optional<Owner> owner;
};

struct DesiredObject {
  kube::Resource resource;
  std::string name;
  json::Document object;  // for server-side apply
};

// Returns a self-signed Issuer, the CA's Certificate, the CA's Issuer and the registry's Certificate, in this
// order. The subject of the CA stays the same when the CA is renewed: pods find it by a hash of the subject.
std::vector<DesiredObject> certificate_objects(const CertificateRequest& request);

}  // namespace connected_registry::controller
