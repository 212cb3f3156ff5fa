// Implements the uninstall hooks: nodes first remove their trust files, then all objects created at run time
// are deleted.
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
  std::chrono::milliseconds interval{500};  // between two checks of a condition
};

// Runs before the release's objects are deleted: marks the release as uninstalling for controller and agents,
// waits for the nodes that can answer, then deletes the objects created at run time. Prints its progress to
// `out`. A failure does not stop the uninstall: it is printed with the command that completes the step by
// hand.
void uninstall(kube::Client& client, const UninstallRequest& request, std::ostream& out,
               const std::stop_token& stop);

struct AfterUninstallRequest {
  UninstallRequest common;
  std::string release;                        // app.kubernetes.io/instance of cert-manager's pods
  std::string cert_manager_webhook_secret;    // empty: this release has none
  std::string cert_manager;                   // prefix of the names of cert-manager's pods
  std::string cert_manager_leader_namespace;  // of its leader-election Leases; empty: do not delete them
};

// Runs after the release's objects were deleted: waits until cert-manager's pods are gone, since its webhook
// recreates its Secret. Then deletes that Secret, the Leases that those pods held as leaders (the next
// cert-manager would wait a minute for each to expire), and objects that were recreated in between.
void uninstall_after(kube::Client& client, const AfterUninstallRequest& request, std::ostream& out,
                     const std::stop_token& stop);

}  // namespace connected_registry::controller
