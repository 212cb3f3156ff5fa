// Inspects pods that exist for what injection added. Pure; a field of the wrong type counts as missing.
#pragma once

#include "base/json.h"
#include "inject/policy.h"

namespace connected_registry::inject {

// Reports whether this installation injected the pod: it has the label and the volume.
bool is_injected_by(const json::Value& pod, const Policy& policy);

// Reports whether the CA in the pod's annotation differs from the policy's. It can be updated while the pod
// runs.
bool has_other_bundle(const json::Value& pod, const Policy& policy);

// Reports whether the pod's volume lacks the file by which OpenSSL finds one of the policy's CAs. The files
// of a volume are fixed when the pod is created, so only a new pod can have it.
bool lacks_file(const json::Value& pod, const Policy& policy);

}  // namespace connected_registry::inject
