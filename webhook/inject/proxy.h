// Whether a container would ask a proxy for the registry.
#pragma once

#include <span>
#include <string_view>

#include "inject/environment.h"

namespace connected_registry::inject {

// True if what a NO_PROXY variable holds ("localhost,10.0.0.0/8,.svc") exempts the address: itself, a range
// that it lies in, or "*". The address is IPv4, or IPv6 without brackets.
bool exempts(std::string_view no_proxy, std::string_view address);

// True if a container's own variables set a proxy for HTTPS and no NO_PROXY that exempts the address. A
// NO_PROXY whose value is not in the pod (valueFrom) is taken to do so.
bool is_kept_from(std::span<const OwnVariable> variables, std::string_view address);

}  // namespace connected_registry::inject
