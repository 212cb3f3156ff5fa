// Reads the proxy variables of a container.
#pragma once

#include <span>
#include <string_view>

#include "inject/environment.h"

namespace connected_registry::inject {

// Reports whether the container's own variables set a proxy for HTTPS and no NO_PROXY that exempts the
// registry's address (IPv6 without brackets). Any of several NO_PROXY is enough, since programs differ in
// which spelling they read; so is one whose value is not in the pod (valueFrom).
bool uses_proxy_for(std::span<const OwnVariable> variables, std::string_view address);

}  // namespace connected_registry::inject
