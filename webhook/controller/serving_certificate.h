// The webhook's own serving certificate: a private CA and a leaf in one Secret, which the API server verifies
// through the caBundle of the webhook configurations. Pure: the clock is passed in.
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

// All in PEM. ca_crt may hold several CAs during an overlap; ca_key belongs to the one that signs next.
struct ServingMaterial {
  std::string tls_crt;
  std::string tls_key;
  std::string ca_crt;
  std::string ca_key;
};

// The names under which the API server and others in the cluster reach the webhook's Service.
std::vector<std::string> webhook_service_names(const names::Installation& installation,
                                               std::string_view cluster_domain);

Result<ServingMaterial> read_serving_secret(const json::Value& secret);
json::Document render_serving_secret(const names::Installation& installation, const ServingMaterial& material,
                                     const std::optional<Owner>& owner);

// Whether a server may serve it: the key belongs to the leaf, which has all names, is valid now and was
// signed by a CA of ca_crt. The error says which of them is not so.
Status check_serving_material(const ServingMaterial& material, const std::vector<std::string>& service_names,
                              TimePoint now);

struct ServingPlan {
  ServingMaterial material;  // what the Secret is to hold
  std::string reason;        // why it changes, for the log
};

// What is to change, or nothing. A CA lasts ten years and a leaf 90 days; each is renewed when less than a
// third of that is left. A new CA first only joins ca.crt: it signs at a later round, when the API server has
// it in the caBundle. Material that cannot be read or trusted is replaced as a whole.
Result<std::optional<ServingPlan>> plan_serving_certificate(const std::optional<ServingMaterial>& current,
                                                            const std::vector<std::string>& service_names,
                                                            TimePoint now);

}  // namespace connected_registry::controller
