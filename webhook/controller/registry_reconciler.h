// Reconciles the registry's certificate: cert-manager's objects, the active Secret and the CA bundle.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "controller/active_tls.h"
#include "controller/certificate_objects.h"
#include "controller/published_map.h"
#include "controller/reconciler_context.h"
#include "kube/object_cache.h"
#include "settings/settings.h"

namespace connected_registry::controller {

// The observed state of the certificate that the settings select for the registry.
struct CertificateState {
  std::string subject;                           // "Secret cr-tls-source"
  bool known = false;                            // the API has answered
  std::shared_ptr<const json::Document> object;  // the Secret that contains the certificate, or nullptr
  std::optional<TlsMaterial> material;
  std::string problem;  // the error if the object exists but contains no material
};

// Not thread-safe: use it from one thread. `context` must outlive this object.
class RegistryReconciler {
 public:
  RegistryReconciler(ReconcilerContext& context, const RotationTimes& rotation);

  // Makes the missing changes. Returns true if there is nothing more to do until a watch delivers a change.
  bool reconcile(const settings::Settings& settings);

  // Returns the CAs that clients have to trust, as PEM. It is empty if there is no CA, and nullopt until the
  // API has answered.
  const std::optional<std::string>& trusted_bundle() const { return trusted_bundle_; }

 private:
  bool ensure_certificates(const settings::Settings& settings);
  bool ensure_object(const DesiredObject& desired);
  bool delete_certificates(const settings::Settings& settings);
  bool reconcile_plain_http(const settings::Settings& settings);
  bool reconcile_active_tls(const settings::Settings& settings);
  bool ensure_active_secret(const json::Document& desired, const kube::CachedObject& active);
  bool ensure_bundle(const TrustRecord& trusted, const settings::Settings& settings,
                     const kube::CachedObject& bundle);

  TrustRecord observe_trust_record(const json::Value& active_secret, const json::Value* bundle);
  CertificateState observe_certificate(const settings::Settings& settings);
  CertificateState read_certificate_values(const settings::Settings& settings);
  // Watches the Secret that the user created, instead of the Secret that was watched before.
  kube::CachedObject watch_user_secret(const std::string& name);
  std::vector<std::string> read_unconfirmed_nodes(const std::string& bundle);
  void report_certificate(const CertificateState& state, const std::string& refused);
  void report_rotation(const ActivePlan& plan, const kube::CachedObject& bundle);
  void record_refused_event(const json::Value& secret, const std::string& reason);

  ReconcilerContext& context_;
  const RotationTimes rotation_;
  PublishedMap bundle_map_;
  std::optional<std::string> trusted_bundle_;
  // Kind and name of an object -> its resourceVersion after the last apply of this program.
  std::map<std::string, std::string> applied_versions_;
  kube::ObjectCache objects_;  // the source Secret and the active Secret
  std::string user_secret_name_;
  std::unique_ptr<kube::ObjectCache> user_secret_;
};

}  // namespace connected_registry::controller
