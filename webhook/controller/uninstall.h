// What the uninstall hooks do: nodes first give back their trust files, then everything made at run time
// goes.
#pragma once

#include <chrono>
#include <ostream>
#include <stop_token>
#include <string>

#include "base/timestamp.h"
#include "contract/names.h"
#include "kube/client.h"

namespace connected_registry::controller {

struct UninstallRequest {
  names::Installation installation;
  std::chrono::seconds timeout{120};        // of the whole
  std::chrono::milliseconds interval{500};  // between two looks at what is waited for
};

// Before the release's objects are deleted: tells controller and agents, waits for the nodes that can answer,
// then deletes what was made at run time. Writes its progress to `out`, for a person. What cannot be done is
// named there with the command that does it; it is no reason to stop an uninstall.
void uninstall(kube::Client& client, const UninstallRequest& request, std::ostream& out,
               const std::stop_token& stop);

struct AfterUninstallRequest {
  UninstallRequest common;
  std::string release;                        // app.kubernetes.io/instance of cert-manager's pods
  std::string cert_manager_webhook_secret;    // empty: there is none of this release
  std::string cert_manager;                   // what the names of cert-manager's pods begin with
  std::string cert_manager_leader_namespace;  // where its leader-election Leases are; empty: leave them alone
};

// After the release's objects were deleted: waits until cert-manager's pods are gone, whose webhook would
// make its Secret again, and deletes that Secret, the Leases that those pods held as leaders (the next
// cert-manager would wait a minute for each to run out), and whatever came back in between.
void uninstall_after(kube::Client& client, const AfterUninstallRequest& request, std::ostream& out,
                     const std::stop_token& stop);

}  // namespace connected_registry::controller
