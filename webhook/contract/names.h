// The names that users and other programs see: labels, annotations, objects, and paths in pods and on nodes.
// The chart's templates use the same names. ARCHITECTURE.md lists the objects.
#pragma once

#include <string>
#include <string_view>

namespace connected_registry::names {

// Labels, annotations and the volume of pods.

// Value: "true" or "false".
inline constexpr std::string_view kInjectAnnotation = "connected-registry.io/inject";
// Value: a CA bundle as PEM.
inline constexpr std::string_view kBundleAnnotation = "connected-registry.io/ca-bundle";
// Value: a summary of the changes that injection made.
inline constexpr std::string_view kStatusAnnotation = "connected-registry.io/status";
// Value: names of environment variables that injection must not add, separated by commas.
inline constexpr std::string_view kWithoutEnvAnnotation = "connected-registry.io/without-env";
// Value: the installation's name.
inline constexpr std::string_view kInjectedLabel = "connected-registry.io/injected";
// Label of the pods of this project.
inline constexpr std::string_view kComponentLabel = "connected-registry.io/component";
inline constexpr std::string_view kCaVolume = "connected-registry-ca";

// Labels and annotations of objects that are created at run time. The value of the labels is the
// installation's name.

inline constexpr std::string_view kNameLabel = "connected-registry.io/name";
inline constexpr std::string_view kNodeStatusLabel = "connected-registry.io/node-status";
inline constexpr std::string_view kNodeStateAnnotation = "connected-registry.io/state";
inline constexpr std::string_view kNodeMessageAnnotation = "connected-registry.io/message";
inline constexpr std::string_view kNodeBundleAnnotation = "connected-registry.io/bundle-sha256";
// State and message in every Lease that contains a report.
inline constexpr std::string_view kStateAnnotation = "connected-registry.io/state";
inline constexpr std::string_view kMessageAnnotation = "connected-registry.io/message";
// Value: JSON with the content of contract::RepositoryReport for each repository.
inline constexpr std::string_view kSyncRepositoriesAnnotation = "connected-registry.io/repositories";
inline constexpr std::string_view kSyncLastRunAnnotation = "connected-registry.io/last-run";
inline constexpr std::string_view kSyncNextRunAnnotation = "connected-registry.io/next-run";
inline constexpr std::string_view kSyncInstructionsAnnotation = "connected-registry.io/instructions";
// Value: JSON with the content of contract::SyncReport::leaving.
inline constexpr std::string_view kSyncLeavingAnnotation = "connected-registry.io/leaving";
inline constexpr std::string_view kNodeAuthorityAnnotation = "connected-registry.io/authority";
inline constexpr std::string_view kNodeRuntimesAnnotation = "connected-registry.io/runtimes";
inline constexpr std::string_view kNodeFilesAnnotation = "connected-registry.io/files";
// Annotation of the active Secret and of the CA bundle. Its value is a time. It is set to the current time
// when the CAs in the bundle change, and again when a rotation activates the new certificate. The waits of a
// rotation are counted from this time.
inline constexpr std::string_view kBundleSinceAnnotation = "connected-registry.io/bundle-since";
inline constexpr std::string_view kUninstallingAnnotation = "connected-registry.io/uninstalling";
// Annotation of the settings Secret. The value "true" freezes the installation, like the chart's value
// freeze: no pod is injected or updated, and no file on a node changes.
inline constexpr std::string_view kFreezeAnnotation = "connected-registry.io/freeze";

// Directory in a pod with the CA files.
inline constexpr std::string_view kPodCertificates = "/etc/connected-registry/certs";

// The common name of the CA that cert-manager issues. It never changes, because OpenSSL finds a CA by a file
// name that depends on the CA's subject.
inline constexpr std::string_view kAuthorityCommonName = "connected-registry CA";

// An installation: its name (the chart's template connected-registry.fullname) and its namespace. All object
// names depend on them.
struct Installation {
  std::string name;
  std::string namespace_;

  std::string settings_secret() const { return name + "-settings"; }
  std::string webhook() const { return name + "-webhook"; }  // Deployment and Service
  // Host name under which API servers call the webhook. The webhook's certificate must contain it.
  std::string webhook_host() const { return webhook() + "." + namespace_ + ".svc"; }
  std::string controller() const { return name + "-controller"; }  // Deployment
  std::string webhook_tls_secret() const { return name + "-webhook-tls"; }
  std::string webhook_configuration() const;  // name of both cluster-scoped configurations
  std::string leader_lease() const { return name + "-controller"; }
  std::string self_signed_issuer() const { return name + "-selfsigned"; }
  std::string ca() const { return name + "-ca"; }                     // Certificate, Issuer and Secret
  std::string certificate() const { return name + "-tls"; }           // Certificate of the leaf
  std::string source_secret() const { return name + "-tls-source"; }  // written by cert-manager for the leaf
  std::string active_secret() const { return name + "-active-tls"; }  // the registry mounts it
  std::string trust_agent() const { return name + "-trust-agent"; }   // DaemonSet
  std::string restart_lease() const { return name + "-restart"; }     // lock for the restart of a runtime
  std::string ca_bundle() const { return name + "-ca-bundle"; }       // ConfigMap
  std::string policy() const { return name + "-policy"; }             // ConfigMap
  std::string pod_status() const { return name + "-status"; }         // ConfigMap
  std::string authority_organization() const { return namespace_ + "/" + name; }  // in the CA's subject
  std::string sync_lease() const { return name + "-sync"; }   // contains the report of the synchronization
  std::string pull_secret() const { return name + "-pull"; }  // in access.pullSecretNamespaces
  std::string node_status(std::string_view node) const { return name + "-node-" + std::string(node); }
};

// Keys in the ConfigMap of the CA bundle.
inline constexpr std::string_view kBundleKey = "ca.crt";
inline constexpr std::string_view kRegistryKey = "registry.json";

// Key in the ConfigMap of the policy.
inline constexpr std::string_view kPolicyKey = "policy.json";

// Key in the active Secret: the CAs that clients trust now, as PEM. It is the controller's record of a
// rotation. The ConfigMap of the CA bundle is a copy of it.
inline constexpr std::string_view kTrustedKey = "trusted.crt";

// Keys in the status ConfigMap.
inline constexpr std::string_view kSummaryKey = "summary";
inline constexpr std::string_view kPodsKey = "pods.json";

}  // namespace connected_registry::names
