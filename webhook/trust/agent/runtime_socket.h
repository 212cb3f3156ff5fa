// A client of containerd's socket: finds containerd's process and checks that CRI answers.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"
#include "base/timestamp.h"

namespace connected_registry::trust {

struct RuntimeProcess {
  pid_t id = 0;  // in the PID namespace of this process
  TimePoint started;
  std::uint64_t start_ticks = 0;  // clock ticks since the machine started; does not depend on its clock
  std::string name = {};          // of the executable, at most 15 bytes

  // Reports whether both are the same process, and not two that had the same id one after the other. Does not
  // compare `started`, which is calculated from the present time and differs in each call.
  bool is_same(const RuntimeProcess& other) const {
    return id == other.id && start_ticks == other.start_ticks && name == other.name;
  }
};

// Finds the process that serves the socket. kUnavailable: no process serves the socket. kPermissionDenied:
// this process cannot see the other process.
Result<RuntimeProcess> find_runtime(const std::filesystem::path& socket);

// Asks CRI for its version (gRPC over HTTP/2), with one call for each of two API versions. kUnavailable: no
// complete answer to a call arrived within `timeout`.
Status ask_version(const std::filesystem::path& socket,
                   std::chrono::milliseconds timeout = std::chrono::seconds(2));

}  // namespace connected_registry::trust
