// Restarting containerd, where a setting cannot be had otherwise: one node of the cluster at a time.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "kube/client.h"
#include "trust/files/host_view.h"

namespace connected_registry::trust {

struct RestartRequest {
  names::Installation installation;
  std::string node;
  std::filesystem::path host_root;
  std::chrono::seconds patience{90};  // until containerd answers again
};

// Makes sure that the containerd that serves the node's socket was started after its configuration was last
// changed. Sends it SIGTERM, for which the agent must see the node's processes, only if its systemd unit says
// Restart=always, and waits until CRI answers again. kUnavailable: another node's turn, or not answering yet;
// look again. Other errors say what the node's owner has to do.
Status restart_containerd_if_older(kube::Client& client, const RestartRequest& request, const HostView& host,
                                   const Clock& clock);

// Whether the unit of this name is started again whatever ends it: its file and drop-ins, as systemd reads
// them.
bool restarts_always(const HostView& host, std::string_view unit);

}  // namespace connected_registry::trust
