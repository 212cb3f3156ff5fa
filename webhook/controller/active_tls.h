// Plans the updates of the registry's certificate. The source of the certificate is a Secret or the settings.
// The certificate that the registry serves is in the active Secret (names::Installation::active_secret()).
// The CAs that clients trust are in the CA bundle. Pure functions.
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

// The certificate, the key and the CA of a server, in PEM. ca_crt may be empty.
struct TlsMaterial {
  std::string tls_crt;
  std::string tls_key;
  std::string ca_crt;

  bool operator==(const TlsMaterial&) const = default;
};

// Reads tls.crt, tls.key and ca.crt. ca.crt is optional. The error names the Secret and the key.
Result<TlsMaterial> read_tls_secret(const json::Value& secret);

// Reads tls.crt, tls.key and tls.cacrt of the settings. Fails if a value is not the base64 of PEM. The error
// names the key.
Result<TlsMaterial> read_tls_values(const settings::Settings& settings);

// Checks that a server at `address` can serve the material at `now`. The error names each wrong part:
// "tls.key: …". The controller and the certificate watcher use only this function to refuse material.
Status check_tls_material(const TlsMaterial& material, const std::string& address, TimePoint now);

// The durations for a change of the CA. A new certificate from the same CA is used without a wait.
struct RotationTimes {
  // Time until pods have the file with the new CA. The kubelet needs up to 90 s.
  std::chrono::seconds pods{120};
  // Maximum time to wait for pods and for nodes that have not confirmed the new CA.
  std::chrono::seconds bound{900};
  // Time that the old CA stays trusted. It is long because programs read the CAs only when they start.
  std::chrono::seconds overlap{86'400};
};

// The CAs that clients trust. The controller keeps the record in the active Secret, which only those can
// change who may write Secrets. The public ConfigMap of the CA bundle is never read back.
struct TrustRecord {
  std::string bundle;              // PEM; empty while clients trust no CA
  std::optional<TimePoint> since;  // time of the last change of the CAs in the bundle or of the certificate

  bool operator==(const TrustRecord&) const = default;
};

// Reads the record of the active Secret. Returns nullopt if the Secret has no record, because an earlier
// version wrote it. A time after `now` counts as no time, so that no record can postpone the end of a CA.
std::optional<TrustRecord> read_trust_record(const json::Value& active_secret, TimePoint now);

// Reads the record that earlier versions kept in the ConfigMap of the CA bundle.
TrustRecord read_former_trust_record(const json::Value& bundle, TimePoint now);

// The observed state.
struct ActiveInput {
  std::optional<TlsMaterial> source;  // content of the source
  std::optional<TlsMaterial> active;  // content of the active Secret
  TrustRecord trusted;                // record of the active Secret
  std::string address;                // address of the registry
  TimePoint now;
  RotationTimes times = {};
  bool frozen = false;  // no CA is added or removed, because the nodes and pods do not change
  // Returns the nodes that have not confirmed this bundle. It is only called while a change of the CA waits
  // for nodes.
  std::function<std::vector<std::string>(const std::string& bundle)> unconfirmed = {};
};

// The next changes.
struct ActivePlan {
  std::optional<TlsMaterial> active;  // desired content of the active Secret; nullopt: do not change it
  TrustRecord trusted;                // desired record, and desired content of the ConfigMap
  std::string refused;                // reason to refuse the source; empty: the source is not refused
  std::string waiting;                // reason why a change of the CA waits; empty: it does not wait
  std::string warning;                // a message if the change did not wait for all nodes; otherwise empty
};

// Returns the next changes. A source that would break the registry is refused, and the active Secret is not
// changed. A new CA is first added to the bundle next to the old CA. The new pair of certificate and key
// becomes active when all nodes have confirmed the bundle and RotationTimes::pods has passed, or when
// RotationTimes::bound has passed. The old CA is removed from the bundle after RotationTimes::overlap.
ActivePlan plan_active_tls(const ActiveInput& input);

// Renders a Secret of type kubernetes.io/tls.
json::Document render_active_secret(const names::Installation& installation, const TlsMaterial& material,
                                    const TrustRecord& trusted, const Owners& owners);

// Renders the ConfigMap with the bundle and with the registry's address, which the agents read. The bundle
// is empty if the registry uses plain HTTP.
json::Document render_bundle(const names::Installation& installation, const TrustRecord& trusted,
                             const contract::RegistryDocument& registry, const Owners& owners);

// Returns the description of the registry with the default port of its scheme.
contract::RegistryDocument registry_at(std::string_view address, contract::Scheme scheme);

}  // namespace connected_registry::controller
