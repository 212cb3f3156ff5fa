// Reads the proxy variables of a container.
#pragma once

#include <span>
#include <string_view>

#include "inject/environment.h"

namespace connected_registry::inject {

// Returns true if the container's own variables set a proxy for HTTPS and do not exempt the registry's
// address (IPv6 without brackets) from it. The address is exempt if NO_PROXY or no_proxy exempts it. One of
// the two variables is enough, because some programs read only one spelling. If the value of a variable is
// not in the pod (valueFrom), a proxy variable counts as set and a NO_PROXY variable exempts the address.
bool uses_proxy_for(std::span<const OwnVariable> variables, std::string_view address);

}  // namespace connected_registry::inject
