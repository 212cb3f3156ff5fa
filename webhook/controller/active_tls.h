// The registry's certificate on its way from where it comes from (the source Secret) to what the registry
// serves (the active Secret) and what clients trust (the CA bundle). Pure.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "contract/registry_document.h"
#include "controller/objects.h"

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

// How a change of the CA is spread over time. Nothing is waited for where the CA stays the same.
struct RotationTimes {
  std::chrono::seconds pods{120};   // that pods get the new CA's file in (kubelet's own pace is up to 90 s)
  std::chrono::seconds bound{900};  // after which nodes that have not confirmed are waited for no more
  std::chrono::seconds overlap{86'400};  // that the old CA stays trusted: programs read their roots once
};

struct ActiveInput {
  std::optional<TlsMaterial> source;
  std::optional<TlsMaterial> active;
  std::string bundle;              // of the bundle's ConfigMap; empty where there is none
  std::optional<TimePoint> since;  // when the bundle's CAs, or what is active, last changed
  std::string address;             // of the registry
  TimePoint now;
  RotationTimes times = {};
  // The nodes that have not confirmed this bundle; asked only where that is waited for.
  std::function<std::vector<std::string>(const std::string& bundle)> unconfirmed = {};
};

struct ActivePlan {
  std::optional<TlsMaterial> active;  // what the active Secret is to hold; nothing: leave it as it is
  std::string bundle;                 // what the ConfigMap is to hold; empty: leave it as it is
  std::optional<TimePoint> since;     // goes with the bundle
  std::string refused;  // why the source was not taken; empty where it was, or where there is none
  std::string waiting;  // what a change of the CA waits for
  std::string warning;  // it has waited long enough: which nodes are left behind
};

// A source that would break the registry is not taken: what was active stays. A new CA goes to the bundle
// first, beside the old one; what it has signed becomes active once every node has confirmed the bundle and
// pods have had their time, or when the bound has passed; the old CA leaves the bundle when the overlap is
// over.
ActivePlan plan_active_tls(const ActiveInput& input);

// Type kubernetes.io/tls.
json::Document render_active_secret(const names::Installation& installation, const TlsMaterial& material,
                                    const std::optional<Owner>& owner);

// With the bundle, and for the agents where the registry is. A registry of plain HTTP has an empty bundle.
json::Document render_bundle(const names::Installation& installation, std::string_view bundle,
                             const contract::RegistryDocument& registry, const std::optional<Owner>& owner,
                             std::optional<TimePoint> since = std::nullopt);

// Where the Service is: on the usual port of its scheme.
contract::RegistryDocument registry_at(std::string_view address, contract::Scheme scheme);

}  // namespace connected_registry::controller
