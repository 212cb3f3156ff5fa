// A client of containerd's socket: finds containerd's process and checks that CRI answers.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>

#include "base/result.h"
#include "base/timestamp.h"

namespace connected_registry::trust {

struct RuntimeProcess {
  pid_t id = 0;  // in the PID namespace of this process
  TimePoint started;
};

// Finds the process that serves the socket. kUnavailable: no process serves the socket. kPermissionDenied:
// this process cannot see the other process.
Result<RuntimeProcess> find_runtime(const std::filesystem::path& socket);

// Asks CRI for its version (gRPC over HTTP/2), with one call for each of two API versions. kUnavailable: no
// complete answer to a call arrived within `timeout`.
Status ask_version(const std::filesystem::path& socket,
                   std::chrono::milliseconds timeout = std::chrono::seconds(2));

}  // namespace connected_registry::trust
