// Plans the serving certificate of the webhook. One Secret contains a private CA and a leaf certificate. The
// API server verifies the leaf with the caBundle of the webhook configurations. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "controller/objects.h"

namespace connected_registry::controller {

// The certificate of a server and its CA, with their keys, in PEM. While a new CA replaces an old CA, ca_crt
// contains both. ca_key is the key of the CA that signs the next leaf.
struct ServingMaterial {
  std::string tls_crt;
  std::string tls_key;
  std::string ca_crt;
  std::string ca_key;
};

// Returns the DNS names of the webhook's Service. The API server and other clients in the cluster use them.
std::vector<std::string> webhook_service_names(const names::Installation& installation,
                                               std::string_view cluster_domain);

// Reads all four values. The error names the Secret and the key.
Result<ServingMaterial> read_serving_secret(const json::Value& secret);
json::Document render_serving_secret(const names::Installation& installation, const ServingMaterial& material,
                                     const Owners& owners);

// Checks that a server can serve the material. Uses x509::check_server_material() with `service_names` as the
// required DNS names, and requires ca_crt. Also checks that ca_key is the key of a CA in ca_crt. The error
// names each wrong part.
Status check_serving_material(const ServingMaterial& material, const std::vector<std::string>& service_names,
                              TimePoint now);

// A change of the Secret.
struct ServingPlan {
  ServingMaterial material;  // desired content of the Secret
  std::string reason;        // reason of the change, for the log
};

// Returns the next change, or nullopt if no change is needed. A CA is valid for ten years and a leaf for 90
// days. Each is renewed when less than a third of this time is left. A new CA is first only added to ca.crt.
// It signs a leaf in a later round, when the caBundle of the webhook configurations contains it. If a part of
// the material cannot be read or the CA is not valid, the complete material is replaced.
Result<std::optional<ServingPlan>> plan_serving_certificate(const std::optional<ServingMaterial>& current,
                                                            const std::vector<std::string>& service_names,
                                                            TimePoint now);

}  // namespace connected_registry::controller
