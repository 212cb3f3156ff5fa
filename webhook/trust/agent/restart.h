// Restarts the node's containerd where a setting needs it, on one node of the cluster at a time.
#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/timestamp.h"
#include "trust/agent/restart_lock.h"
#include "trust/files/host_view.h"

namespace connected_registry::trust {

struct RestartRequest {
  std::string node;
  std::filesystem::path host_root;
  std::chrono::seconds timeout{90};  // until containerd answers again
};

// Ensures that the containerd on the node's socket started after its configuration was last changed. Sends it
// SIGTERM, for which the agent must see the node's processes, only if its systemd unit has Restart=always,
// and waits until CRI answers again. A stop ends the wait and leaves the lock to the next agent of this node.
// kUnavailable: another node holds the lock, containerd does not answer yet, or the agent stops; try again.
// Other errors tell the owner of the node what to do.
Status restart_containerd_if_older(RestartLock& lock, const RestartRequest& request, const HostView& host,
                                   const Clock& clock, const std::stop_token& stop);

// Reports whether systemd starts this unit again however it ends: by its unit file and drop-ins, in the order
// in which systemd reads them.
bool restarts_always(const HostView& host, std::string_view unit);

}  // namespace connected_registry::trust
