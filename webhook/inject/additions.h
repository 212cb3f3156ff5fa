// What a pod and its containers get, in one place.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "inject/patch.h"
#include "inject/policy.h"

namespace connected_registry::inject {

inline constexpr std::string_view kBundleField = "metadata.annotations['connected-registry.io/ca-bundle']";

struct Variable {
  std::string_view name;
  std::string_view value;
};
// Both add to what a client trusts. The usual folders come first in SSL_CERT_DIR, since it replaces Go's and
// OpenSSL's list of folders; SSL_CERT_FILE and its kin would replace the trusted file itself.
inline constexpr std::array<Variable, 2> kVariables{{
    {"SSL_CERT_DIR", "/etc/ssl/certs:/etc/pki/tls/certs:/etc/connected-registry/certs"},
    {"NODE_EXTRA_CA_CERTS", "/etc/connected-registry/certs/ca.crt"},
}};

// A user's own of these keep a client from the registry's CA: they replace what it trusts.
inline constexpr std::array<std::string_view, 2> kReplacingVariables = {"CURL_CA_BUNDLE",
                                                                        "REQUESTS_CA_BUNDLE"};

// Where a container gets the volume: first our own folder, then those that clients of registries look in.
std::vector<std::string> mount_paths(const Policy& policy);

// The files of our volume: ca.crt and one `<subject hash>.0` for each CA subject.
std::vector<std::string> volume_files(const Policy& policy);

json::Value volume_item(std::string_view file, json::Allocator& allocator);
json::Value volume(const Policy& policy, json::Allocator& allocator);

// What each container of a pod is to have.
struct Wanted {
  std::vector<std::string> paths;   // mount_paths()
  std::vector<Variable> variables;  // kVariables but for those that the pod's annotation names
  std::string address;              // of the registry: what NO_PROXY should hold
};
// Adds to `warnings` what the annotation names in vain.
Wanted wanted_for(const json::Value& pod, const Policy& policy, std::vector<std::string>& warnings);

// What a container has of ours once the patch is applied.
struct Additions {
  std::vector<std::string_view> mounts;  // views of the wanted paths
  std::vector<std::string_view> variables;
};

// Adds to `patch` what the container at `pointer` ("/spec/containers/0") lacks, and to `warnings` what it
// keeps of its own in place of ours. The container has passed check_pod.
Additions add_to_container(const json::Value& container, const std::string& pointer, const Wanted& wanted,
                           Patch& patch, std::vector<std::string>& warnings);

}  // namespace connected_registry::inject
