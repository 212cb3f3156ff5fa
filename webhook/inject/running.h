// What injection left in a pod that exists. Pure; a part of the wrong type counts as missing.
#pragma once

#include "base/json.h"
#include "inject/policy.h"

namespace connected_registry::inject {

// Whether this installation gave the pod its CA: it has the label and the volume.
bool is_injected_by(const json::Value& pod, const Policy& policy);

// Whether the CA in the pod's annotation is another than the policy's. That can be put right while it runs.
bool has_other_bundle(const json::Value& pod, const Policy& policy);

// Whether its volume lacks the file by which OpenSSL finds one of the policy's CAs. The files of a volume are
// fixed when a pod is created, so only a new pod has it.
bool lacks_file(const json::Value& pod, const Policy& policy);

}  // namespace connected_registry::inject
