// Renders the objects that make cert-manager issue a private CA and the registry's certificate. Pure
// functions.
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
  std::string address;  // address of the registry's Service
  std::string cluster_domain;
  std::vector<std::string> extra_hosts = {};  // more hosts of the registry, in the form of image references
  Owners owners;
};

struct DesiredObject {
  kube::Resource resource;
  std::string name;
  json::Document object;  // the content for server-side apply
};

// Returns these objects in this order: a self-signed Issuer, the Certificate of the CA, the Issuer of the CA
// and the Certificate of the registry. The subject of the CA does not change when the CA is renewed, because
// pods find the CA by a hash of its subject.
std::vector<DesiredObject> certificate_objects(const CertificateRequest& request);

}  // namespace connected_registry::controller
