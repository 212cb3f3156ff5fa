// Resources of the Kubernetes API and the paths of their objects.
#pragma once

#include <string>
#include <string_view>

namespace connected_registry::kube {

struct Resource {
  std::string_view group;  // "" is the core group
  std::string_view version;
  std::string_view plural;
  std::string_view kind;
  bool namespaced;

  std::string api_version() const;  // "v1", "apps/v1"
};

inline constexpr Resource kPods{"", "v1", "pods", "Pod", true};
inline constexpr Resource kSecrets{"", "v1", "secrets", "Secret", true};
inline constexpr Resource kConfigMaps{"", "v1", "configmaps", "ConfigMap", true};
inline constexpr Resource kEvents{"", "v1", "events", "Event", true};
inline constexpr Resource kNodes{"", "v1", "nodes", "Node", false};
inline constexpr Resource kNamespaces{"", "v1", "namespaces", "Namespace", false};
inline constexpr Resource kServices{"", "v1", "services", "Service", true};
inline constexpr Resource kVolumeClaims{"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true};
inline constexpr Resource kServiceRanges{"networking.k8s.io", "v1", "servicecidrs", "ServiceCIDR", false};
inline constexpr Resource kStorageClasses{"storage.k8s.io", "v1", "storageclasses", "StorageClass", false};
inline constexpr Resource kDefinitions{"apiextensions.k8s.io", "v1", "customresourcedefinitions",
                                       "CustomResourceDefinition", false};
inline constexpr Resource kDeployments{"apps", "v1", "deployments", "Deployment", true};
inline constexpr Resource kDaemonSets{"apps", "v1", "daemonsets", "DaemonSet", true};
inline constexpr Resource kLeases{"coordination.k8s.io", "v1", "leases", "Lease", true};
inline constexpr Resource kIssuers{"cert-manager.io", "v1", "issuers", "Issuer", true};
inline constexpr Resource kCertificates{"cert-manager.io", "v1", "certificates", "Certificate", true};
inline constexpr Resource kMutatingWebhooks{"admissionregistration.k8s.io", "v1",
                                            "mutatingwebhookconfigurations", "MutatingWebhookConfiguration",
                                            false};
inline constexpr Resource kValidatingWebhooks{"admissionregistration.k8s.io", "v1",
                                              "validatingwebhookconfigurations",
                                              "ValidatingWebhookConfiguration", false};

// Returns "/api/v1/namespaces/NS/secrets/NAME". With an empty name, the result is the path of the collection.
// With an empty namespace, it is the path for all namespaces.
std::string path_of(const Resource& resource, std::string_view namespace_, std::string_view name = {});

}  // namespace connected_registry::kube
