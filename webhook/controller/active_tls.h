// Plans the way of the registry's certificate: from its source (a Secret or the settings) to what the
// registry serves (the active Secret) and what clients trust (the CA bundle). Pure.
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
#include "settings/settings.h"

namespace connected_registry::controller {

// A server's certificate, key and CA in PEM. ca_crt may be empty.
struct TlsMaterial {
  std::string tls_crt;
  std::string tls_key;
  std::string ca_crt;

  bool operator==(const TlsMaterial&) const = default;
};

// Reads tls.crt, tls.key and, where it is there, ca.crt. The error names the Secret and the key.
Result<TlsMaterial> read_tls_secret(const json::Value& secret);

// Reads tls.crt, tls.key and tls.cacrt of the settings. The error names the key that is not the base64 of
// PEM.
Result<TlsMaterial> read_tls_values(const settings::Settings& settings);

// Checks that a server at `address` can serve the material at `now`. The error names each part that is wrong:
// "tls.key: …". The controller and the certificate watcher refuse by this function alone.
Status check_tls_material(const TlsMaterial& material, const std::string& address, TimePoint now);

// The times of a change of the CA. Where the CA stays the same, nothing waits.
struct RotationTimes {
  std::chrono::seconds pods{120};   // until pods have the new CA's file (the kubelet takes up to 90 s)
  std::chrono::seconds bound{900};  // the longest wait, for nodes that have not confirmed and for pods
  std::chrono::seconds overlap{
      86'400};  // the old CA stays trusted for so long: programs read their roots once
};

struct ActiveInput {
  std::optional<TlsMaterial> source;
  std::optional<TlsMaterial> active;
  std::string bundle;              // of the bundle's ConfigMap; empty where there is none
  std::optional<TimePoint> since;  // when the bundle's CAs, or what is active, last changed
  std::string address;             // of the registry
  TimePoint now;
  RotationTimes times = {};
  // Returns the nodes that have not confirmed this bundle. Called only while a change of the CA waits for
  // them.
  std::function<std::vector<std::string>(const std::string& bundle)> unconfirmed = {};
};

struct ActivePlan {
  std::optional<TlsMaterial> active;  // the desired content of the active Secret; nothing: leave it as it is
  std::string bundle;                 // the desired content of the ConfigMap; empty: leave it as it is
  std::optional<TimePoint> since;     // goes with the bundle
  std::string refused;                // the reason why the source was refused; empty where it was not
  std::string waiting;                // what a change of the CA waits for; empty where it does not wait
  std::string warning;                // the nodes that the change of the CA did not wait for; empty: none
};

// Returns what to write next. A source that would break the registry is refused, and the active pair stays. A
// new CA goes to the bundle first, beside the old one. The pair that it has signed becomes active once every
// node has confirmed the bundle and pods have had their time, or when the bound has passed. The old CA leaves
// the bundle when the overlap is over.
ActivePlan plan_active_tls(const ActiveInput& input);

// Renders a Secret of type kubernetes.io/tls.
json::Document render_active_secret(const names::Installation& installation, const TlsMaterial& material,
                                    const std::optional<Owner>& owner);

// Renders the ConfigMap with the bundle and, for the agents, the registry's address. A registry of plain HTTP
// has an empty bundle.
json::Document render_bundle(const names::Installation& installation, std::string_view bundle,
                             const contract::RegistryDocument& registry, const std::optional<Owner>& owner,
                             std::optional<TimePoint> since = std::nullopt);

// Returns the registry at the usual port of its scheme.
contract::RegistryDocument registry_at(std::string_view address, contract::Scheme scheme);

}  // namespace connected_registry::controller
