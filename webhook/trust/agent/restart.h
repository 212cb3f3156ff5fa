// Restarts the node's containerd if a changed setting requires it. Only one node of the cluster restarts at a
// time.
#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/timestamp.h"
#include "trust/agent/restart_lock.h"
#include "trust/agent/runtime_socket.h"
#include "trust/files/host_view.h"
#include "trust/runtimes/containerd_config.h"

namespace connected_registry::trust {

struct RestartRequest {
  std::string node;
  std::filesystem::path host_root;
  ContainerdVersion containerd = {};
  std::chrono::seconds timeout{90};  // limit of the wait until containerd answers again
};

// Ensures that the node's containerd started after the last change of its configuration. If it did not, sends
// SIGTERM to containerd and waits until CRI answers again. It sends SIGTERM only if containerd's systemd unit
// has Restart=always. The agent must be able to see the node's processes. `stop` ends the wait; the lock then
// stays held for the next agent of this node. kUnavailable: another node holds the lock, containerd does not
// answer yet, or the agent stops. The caller must then try again. The messages of other errors tell the
// node's owner the necessary action: kInvalidArgument if containerd would not start with its configuration.
Status restart_containerd_if_older(RestartLock& lock, const RestartRequest& request, const HostView& host,
                                   const Clock& clock, const std::stop_token& stop);

// Sends SIGTERM to the process that serves the socket, if it is still `runtime`. Its id may belong to another
// process by now, which gets no signal. kUnavailable: it has ended. kPermissionDenied: the kernel does not
// allow the signal, or has no process descriptors (before Linux 5.3).
Status terminate(const std::filesystem::path& socket, const RuntimeProcess& runtime);

// Returns true if systemd always restarts this unit (Restart=always). Reads the unit file and its drop-ins in
// the same order as systemd.
bool restarts_always(const HostView& host, std::string_view unit);

}  // namespace connected_registry::trust
