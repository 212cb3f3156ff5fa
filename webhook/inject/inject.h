// Computes the JSON Patch that injects the registry's CA into a pod. Pure functions, without I/O,
// thread-safe.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "inject/rendered_policy.h"

namespace connected_registry::inject {

// The reason to inject or to skip a pod. In these comments, inject is the annotation
// names::kInjectAnnotation.
enum class Match {
  // The pod uses no image of the registry and does not have the annotation inject: "true". Or the pod belongs
  // to this installation, or is in an excluded namespace.
  kNone,
  // Only image volumes of the pod use the registry. The kubelet pulls them, so the pod needs the pull secret,
  // but not the CA.
  kVolume,
  kRefused,  // the pod has the annotation inject: "false"
  kMirror,   // a mirror pod of a static pod: the kubelet runs it from a file and ignores the API's copy
  kWindows,  // a Windows pod: Windows programs read the certificate store of the system, not files
  kImage,    // the pod uses an image of the registry
  kAsked,    // the pod has the annotation inject: "true"
};

// Returns true if a container of the pod uses an image of the registry. Never fails, because a field of the
// wrong type counts as missing.
bool uses_registry(const json::Value& pod, const Policy& policy);

// Returns true if an image volume of the pod uses an image of the registry. Never fails, as uses_registry().
bool has_registry_volume(const json::Value& pod, const Policy& policy);

// Returns the reason to inject or to skip the pod. A field of the wrong type counts as missing.
Match match(const json::Value& pod, const Policy& policy);

struct InjectionResult {
  std::string patch;                  // text of a JSON Patch (RFC 6902); empty if nothing changes
  std::vector<std::string> warnings;  // warnings for the user who creates the pod
  std::string status;                 // value of the audit annotation: "injected…", "unchanged: …"
};

// Computes the patch for a pod that is being created. The patch does not change fields that the user set. If
// such a field prevents trust in the CA, a warning names it. The annotations and the label of this project
// are updated. The patch for a pod that is already injected is empty. If there is no CA yet, the patch adds
// all parts except the CA, and there is a warning. The annotation that contains the CA can be added later,
// while the pod runs. Errors name the field of the pod that does not match the API's definition.
Result<InjectionResult> inject_pod(const json::Value& pod, const RenderedPolicy& rendered);

// Computes the patch for an update of pods/ephemeralcontainers. The API accepts changes only in
// spec.ephemeralContainers. If the pod has the CA volume, the patch adds mounts and variables to the
// containers that `old_pod` does not have. If the pod has no CA volume and these containers use the
// registry, there is a warning.
Result<InjectionResult> inject_ephemeral_containers(const json::Value& pod, const json::Value& old_pod,
                                                    const RenderedPolicy& rendered);

// Returns true if the pod has the CA volume.
bool is_injected(const json::Value& pod);

}  // namespace connected_registry::inject
