// Reads the host of an image reference, by the grammar of distribution/reference.
#pragma once

#include <string_view>

namespace connected_registry::inject {

// "192.100.100.1/a/b:1@sha256:…" -> "192.100.100.1"; "[fd00::1]:443/a" -> "[fd00::1]:443"; "busybox",
// "library/busybox" -> "" (the default registry: the first component is a host only if it contains '.' or
// ':', is "localhost", or has an upper-case letter).
std::string_view host_of(std::string_view image_reference);

}  // namespace connected_registry::inject
