// The heart: a pod and a policy in, what to change out. Pure, no I/O, thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "inject/policy.h"

namespace connected_registry::inject {

// Why a pod is, or is not, to be handled.
enum class Match {
  kNone,      // uses no image of the registry and does not ask
  kRefused,   // annotation inject: "false"
  kWindows,   // its nodes keep trust elsewhere
  kImage,     // uses an image of the registry
  kAsked,     // annotation inject: "true"
};
Match match(const json::Value& pod, const Policy& policy);

struct Outcome {
  std::string patch;                  // JSON Patch text; empty where nothing changes
  std::vector<std::string> warnings;  // for the person who creates the pod
  std::string status;                 // what was done, for the audit annotation ("injected", "unchanged", …)
};

// For a pod being created. Additive and idempotent: what it has already (ours or the user's) is not touched;
// handled twice gives an empty patch. Without a CA yet: unchanged, with a warning.
Outcome inject_pod(const json::Value& pod, const Policy& policy);

// For an update of pods/ephemeralcontainers, which keeps nothing but spec.ephemeralContainers: those not in
// `old_pod` get mounts and variables when the pod has our volume; else a warning.
Outcome inject_ephemeral_containers(const json::Value& pod, const json::Value& old_pod, const Policy& policy);

// True if the pod was handled by us (carries our volume).
bool is_injected(const json::Value& pod);

}  // namespace connected_registry::inject
