// Implements the uninstall hooks. First the nodes remove their trust files. Then all objects that this
// program created at run time are deleted.
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
  std::chrono::seconds timeout{120};        // timeout of the complete hook
  std::chrono::milliseconds interval{500};  // time between two checks of a condition
};

// Runs before Helm deletes the objects of the release. Marks the release as uninstalling for the controller
// and the agents, waits for the nodes that can answer, and then deletes the objects that were created at run
// time. Prints its progress to `out`. A failure does not stop the uninstall. It is printed together with the
// command to complete the step manually.
void uninstall(kube::Client& client, const UninstallRequest& request, std::ostream& out,
               const std::stop_token& stop);

struct AfterUninstallRequest {
  UninstallRequest common;
  std::string release;                      // label app.kubernetes.io/instance of cert-manager's pods
  std::string cert_manager_webhook_secret;  // name of the Secret; empty: this release has no cert-manager
  std::string cert_manager;                 // prefix of the names of cert-manager's pods
  // Namespace of cert-manager's leader-election Leases; empty: do not delete the Leases.
  std::string cert_manager_leader_namespace;
};

// Runs after Helm deleted the objects of the release. Waits until cert-manager's pods have ended, because
// cert-manager's webhook recreates its Secret while it runs. Then deletes this Secret, the Leases of
// cert-manager's leaders, and objects that were recreated in the meantime. The Leases are deleted because the
// next cert-manager would wait a minute until each of them expires.
void uninstall_after(kube::Client& client, const AfterUninstallRequest& request, std::ostream& out,
                     const std::stop_token& stop);

}  // namespace connected_registry::controller
