// The registry's certificate on its way from where it comes from (the source Secret) to what the registry
// serves (the active Secret) and what clients trust (the CA bundle). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/names.h"
#include "base/result.h"
#include "base/timestamp.h"
#include "controller/objects.h"
#include "trust/registry_document.h"

namespace connected_registry::controller {

// PEM. ca_crt may be empty.
struct TlsMaterial {
  std::string tls_crt;
  std::string tls_key;
  std::string ca_crt;

  bool operator==(const TlsMaterial&) const = default;
};

// Of a Secret with keys tls.crt, tls.key and, where it is there, ca.crt.
Result<TlsMaterial> read_tls_secret(const json::Value& secret);

struct ActiveInput {
  std::optional<TlsMaterial> source;
  std::optional<TlsMaterial> active;
  std::string bundle;   // of the bundle's ConfigMap; empty where there is none
  std::string address;  // of the registry
  TimePoint now;
};

struct ActivePlan {
  std::optional<TlsMaterial> active;  // what the active Secret is to hold; nothing: leave it as it is
  std::string bundle;                 // what the ConfigMap is to hold; empty: leave it as it is
  std::string refused;  // why the source was not taken; empty where it was, or where there is none
};

// A source that would break the registry is not taken: what was active stays. The bundle holds the CA of what
// is to be active and, of the bundle so far, every CA that is still valid: clients trust the new before the
// registry serves it, and the old until nothing of it can be served any more.
ActivePlan plan_active_tls(const ActiveInput& input);

// Type kubernetes.io/tls.
json::Document render_active_secret(const names::Installation& installation, const TlsMaterial& material,
                                    const std::optional<Owner>& owner);

// With the bundle, and for the agents where the registry is. A registry of plain HTTP has an empty bundle.
json::Document render_bundle(const names::Installation& installation, std::string_view bundle,
                             const trust::RegistryDocument& registry, const std::optional<Owner>& owner);

// Where the Service is: on the usual port of its scheme.
trust::RegistryDocument registry_at(std::string_view address, trust::Scheme scheme);

}  // namespace connected_registry::controller
