// Reads the host of an image reference, as defined by the grammar of distribution/reference.
#pragma once

#include <string_view>

namespace connected_registry::inject {

// Returns the host: "192.100.100.1" for "192.100.100.1/a/b:1@sha256:…", "[fd00::1]:443" for
// "[fd00::1]:443/a". Returns "" for an image of the default registry: "busybox", "library/busybox". The
// first component of a path is a host only if it contains '.' or ':', is "localhost", or contains an
// upper-case letter.
std::string_view host_of(std::string_view image_reference);

}  // namespace connected_registry::inject
