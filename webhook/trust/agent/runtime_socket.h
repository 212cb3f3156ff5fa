// containerd's socket: who serves it, and whether CRI answers there.
#pragma once

#include <sys/types.h>

#include <filesystem>

#include "base/result.h"
#include "base/timestamp.h"

namespace connected_registry::trust {

struct RuntimeProcess {
  pid_t id = 0;  // as this process sees it
  TimePoint started;
};

// The process that serves the socket. kUnavailable where nobody does; kPermissionDenied where its process
// cannot be seen from here.
Result<RuntimeProcess> find_runtime(const std::filesystem::path& socket);

// Asks CRI for its version (gRPC over HTTP/2). kUnavailable where it gives none within two seconds.
Status ask_version(const std::filesystem::path& socket);

}  // namespace connected_registry::trust
