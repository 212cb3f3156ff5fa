// Computes the JSON Patch that injects the registry's CA into a pod. Pure, no I/O, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "inject/rendered_policy.h"

namespace connected_registry::inject {

// The reason why a pod is injected or skipped.
enum class Match {
  kNone,     // uses no image of the registry and does not ask for the CA; or is one of our own pods, or in an
             // excluded namespace
  kRefused,  // annotation inject: "false"
  kMirror,   // mirror pod of a static pod: kubelet runs it from a file and ignores the API's copy
  kWindows,  // Windows programs read the system's certificate store, not files
  kImage,    // uses an image of the registry
  kAsked,    // annotation inject: "true"
};

// Reports whether a container of the pod uses an image of the registry. Never fails: a field of the wrong
// type counts as missing.
bool uses_registry(const json::Value& pod, const Policy& policy);

// Never fails either.
Match match(const json::Value& pod, const Policy& policy);

struct InjectionResult {
  std::string patch;                  // JSON Patch (RFC 6902) text; empty where nothing changes
  std::vector<std::string> warnings;  // for the user who creates the pod
  std::string status;                 // for the audit annotation: "injected", "unchanged: …"
};

// Injects a pod that is being created. Additive: fields that the user set stay, and a warning names a field
// that keeps the CA out. Our own annotations and label are updated. Idempotent: an injected pod gets an empty
// patch. While there is no CA, the pod gets everything else and a warning: the annotation that holds the CA
// can be added to the running pod. Errors name the field of the pod that does not match the API's definition.
Result<InjectionResult> inject_pod(const json::Value& pod, const RenderedPolicy& rendered);

// Injects an update of pods/ephemeralcontainers, in which the API keeps only spec.ephemeralContainers. The
// containers that `old_pod` does not have get mounts and variables if the pod has the CA volume. Otherwise
// there is a warning if they use the registry.
Result<InjectionResult> inject_ephemeral_containers(const json::Value& pod, const json::Value& old_pod,
                                                    const RenderedPolicy& rendered);

// Reports whether the pod has the CA volume.
bool is_injected(const json::Value& pod);

}  // namespace connected_registry::inject
