// The heart: a pod and a policy in, what to change out. Pure, no I/O, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "inject/prepared_policy.h"

namespace connected_registry::inject {

// Why a pod is, or is not, to be handled.
enum class Match {
  kNone,     // uses no image of the registry and does not ask; or it is one of our own or in an excluded
             // namespace
  kRefused,  // annotation inject: "false"
  kMirror,   // a static pod's mirror: kubelet runs it from a file, whatever the API holds
  kWindows,  // its nodes keep trust elsewhere
  kImage,    // uses an image of the registry
  kAsked,    // annotation inject: "true"
};

// True if an image of the pod is the registry's. Never fails: a part of the wrong type counts as missing.
bool uses_registry(const json::Value& pod, const Policy& policy);

// Never fails either.
Match match(const json::Value& pod, const Policy& policy);

struct Outcome {
  std::string patch;                  // JSON Patch (RFC 6902) text; empty where nothing changes
  std::vector<std::string> warnings;  // for the person who creates the pod
  std::string status;  // what was done, for the audit annotation ("injected", "unchanged: …")
};

// For a pod being created. Additive: what the pod has already of its own is not touched, and a warning names
// it where it keeps the CA out. Our own annotations and label are brought up to date. Idempotent: handled
// twice gives an empty patch. Without a CA yet: all but the CA itself, and a warning; the annotation that
// holds it can be added to the running pod. The error says which part of the pod is not what the API defines.
Result<Outcome> inject_pod(const json::Value& pod, const PreparedPolicy& policy);

// For an update of pods/ephemeralcontainers, which keeps nothing but spec.ephemeralContainers: those not in
// `old_pod` get mounts and variables when the pod has our volume; else a warning, if they use the registry.
Result<Outcome> inject_ephemeral_containers(const json::Value& pod, const json::Value& old_pod,
                                            const PreparedPolicy& policy);

// True if the pod was handled by us (carries our volume).
bool is_injected(const json::Value& pod);

}  // namespace connected_registry::inject
