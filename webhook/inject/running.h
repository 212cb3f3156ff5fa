// Inspects the state of injection in existing pods. Pure functions. A field of the wrong type counts as
// missing.
#pragma once

#include "base/json.h"
#include "inject/policy.h"

namespace connected_registry::inject {

// Returns true if this installation injected the pod. Such a pod has the label names::kInjectedLabel and the
// CA volume.
bool is_injected_by(const json::Value& pod, const Policy& policy);

// Returns true if the CA in the pod's annotation differs from the CA in the policy. The annotation can be
// updated while the pod runs.
bool has_other_bundle(const json::Value& pod, const Policy& policy);

// Returns true if the pod's volume does not contain a file that OpenSSL needs to find a CA of the policy.
// The files of a volume are fixed when the pod is created, so only a new pod can have the missing file.
bool lacks_file(const json::Value& pod, const Policy& policy);

}  // namespace connected_registry::inject
