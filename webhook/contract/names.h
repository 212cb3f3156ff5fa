// The names that users and other parts see: labels, annotations, objects, paths in pods and on nodes. The
// chart's templates use the same names. ARCHITECTURE.md lists the objects.
#pragma once

#include <string>
#include <string_view>

namespace connected_registry::names {

// On pods.
inline constexpr std::string_view kInjectAnnotation = "connected-registry.io/inject";     // "true" | "false"
inline constexpr std::string_view kBundleAnnotation = "connected-registry.io/ca-bundle";  // PEM
inline constexpr std::string_view kStatusAnnotation = "connected-registry.io/status";  // what injection added
inline constexpr std::string_view kWithoutEnvAnnotation = "connected-registry.io/without-env";  // names, ","
inline constexpr std::string_view kInjectedLabel = "connected-registry.io/injected";    // = installation
inline constexpr std::string_view kComponentLabel = "connected-registry.io/component";  // our own pods
inline constexpr std::string_view kCaVolume = "connected-registry-ca";

// On objects that are created at run time.
inline constexpr std::string_view kNameLabel = "connected-registry.io/name";               // = installation
inline constexpr std::string_view kNodeStatusLabel = "connected-registry.io/node-status";  // = installation
inline constexpr std::string_view kNodeStateAnnotation = "connected-registry.io/state";
inline constexpr std::string_view kNodeMessageAnnotation = "connected-registry.io/message";
inline constexpr std::string_view kNodeBundleAnnotation = "connected-registry.io/bundle-sha256";
// State and message of the subject of a Lease, of whatever kind.
inline constexpr std::string_view kStateAnnotation = "connected-registry.io/state";
inline constexpr std::string_view kMessageAnnotation = "connected-registry.io/message";
inline constexpr std::string_view kSyncRepositoriesAnnotation = "connected-registry.io/repositories";  // JSON
inline constexpr std::string_view kSyncLastRunAnnotation = "connected-registry.io/last-run";
inline constexpr std::string_view kSyncNextRunAnnotation = "connected-registry.io/next-run";
inline constexpr std::string_view kSyncInstructionsAnnotation = "connected-registry.io/instructions";
inline constexpr std::string_view kSyncLeavingAnnotation = "connected-registry.io/leaving";  // JSON
inline constexpr std::string_view kNodeAuthorityAnnotation = "connected-registry.io/authority";
inline constexpr std::string_view kNodeRuntimesAnnotation = "connected-registry.io/runtimes";
inline constexpr std::string_view kNodeFilesAnnotation = "connected-registry.io/files";
// On the CA bundle: the time since which clients have to trust its CAs.
inline constexpr std::string_view kBundleSinceAnnotation = "connected-registry.io/bundle-since";
inline constexpr std::string_view kUninstallingAnnotation = "connected-registry.io/uninstalling";

// In a pod.
inline constexpr std::string_view kPodCertificates = "/etc/connected-registry/certs";

// The subject of the CA that cert-manager issues. It never changes, so that the file by which OpenSSL finds
// the CA keeps its name.
inline constexpr std::string_view kAuthorityCommonName = "connected-registry CA";

// An installation: the chart's full name and its namespace. All object names derive from it.
struct Installation {
  std::string name;
  std::string namespace_;

  std::string settings_secret() const { return name + "-settings"; }
  std::string webhook() const { return name + "-webhook"; }  // Deployment and Service
  std::string webhook_tls_secret() const { return name + "-webhook-tls"; }
  std::string webhook_configuration() const;  // cluster-scoped, both kinds
  std::string leader_lease() const { return name + "-controller"; }
  std::string self_signed_issuer() const { return name + "-selfsigned"; }
  std::string ca() const { return name + "-ca"; }                     // Certificate, Issuer and Secret
  std::string certificate() const { return name + "-tls"; }           // the leaf's Certificate
  std::string source_secret() const { return name + "-tls-source"; }  // filled by the leaf's Certificate
  std::string active_secret() const { return name + "-active-tls"; }  // mounted by the registry
  std::string trust_agent() const { return name + "-trust-agent"; }   // DaemonSet
  std::string restart_lease() const { return name + "-restart"; }  // held while a node restarts its runtime
  std::string ca_bundle() const { return name + "-ca-bundle"; }    // ConfigMap
  std::string pod_status() const { return name + "-status"; }      // ConfigMap
  std::string authority_organization() const { return namespace_ + "/" + name; }  // of the CA's subject
  std::string sync_lease() const { return name + "-sync"; }   // the report of the synchronization
  std::string pull_secret() const { return name + "-pull"; }  // in each of access.pullSecretNamespaces
  std::string node_status(std::string_view node) const { return name + "-node-" + std::string(node); }
};

// Keys of the CA bundle's ConfigMap.
inline constexpr std::string_view kBundleKey = "ca.crt";
inline constexpr std::string_view kRegistryKey = "registry.json";

// Keys of the status ConfigMap.
inline constexpr std::string_view kSummaryKey = "summary";
inline constexpr std::string_view kPodsKey = "pods.json";

}  // namespace connected_registry::names
