// Plans the webhook's own serving certificate: a private CA and a leaf in one Secret. The API server verifies
// the leaf through the caBundle of the webhook configurations. Pure.
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

// A server's certificate and its CA with their keys, in PEM. ca_crt holds several CAs during an overlap;
// ca_key belongs to the one that signs next.
struct ServingMaterial {
  std::string tls_crt;
  std::string tls_key;
  std::string ca_crt;
  std::string ca_key;
};

// Returns the DNS names by which the API server and others in the cluster reach the webhook's Service.
std::vector<std::string> webhook_service_names(const names::Installation& installation,
                                               std::string_view cluster_domain);

// Reads all four values. The error names the Secret and the key.
Result<ServingMaterial> read_serving_secret(const json::Value& secret);
json::Document render_serving_secret(const names::Installation& installation, const ServingMaterial& material,
                                     const std::optional<Owner>& owner);

// Checks that a server may serve the material: by x509::check_server_material() with these DNS names and
// ca_crt required. ca_key has to belong to a CA of ca_crt. The error names each part that is wrong.
Status check_serving_material(const ServingMaterial& material, const std::vector<std::string>& service_names,
                              TimePoint now);

// A change of the Secret.
struct ServingPlan {
  ServingMaterial material;  // the desired content
  std::string reason;        // of the change, for the log
};

// Returns what to change, or nothing. A CA lasts ten years and a leaf 90 days; each is renewed when less than
// a third of that is left. A new CA only joins ca.crt at first. It signs in a later round, when the API
// server has it in the caBundle. Material without a readable part or a valid CA is replaced as a whole.
Result<std::optional<ServingPlan>> plan_serving_certificate(const std::optional<ServingMaterial>& current,
                                                            const std::vector<std::string>& service_names,
                                                            TimePoint now);

}  // namespace connected_registry::controller
