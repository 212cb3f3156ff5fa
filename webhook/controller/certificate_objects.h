// What cert-manager is asked for: a private CA and the registry's certificate signed by it. Pure.
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
  std::vector<std::string> extra_hosts = {};  // further names of the registry, as image references write them
  std::optional<Owner> owner;
};

struct WantedObject {
  kube::Resource resource;
  std::string name;
  json::Document object;  // for server-side apply
};

// Self-signed Issuer, CA Certificate, CA Issuer, the registry's Certificate, in this order. The CA's subject
// stays the same when it is renewed: pods find it by a hash of the subject.
std::vector<WantedObject> certificate_objects(const CertificateRequest& request);

}  // namespace connected_registry::controller
