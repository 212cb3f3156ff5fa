// The loops of the controller. They reconcile the cluster with the settings. Of the replicas, only the leader
// runs them.
//
// The loops are level-triggered: each round compares the complete state and makes the missing changes.
// Watches only start a round. If nothing is missing, a round writes nothing.
#pragma once

#include <stop_token>
#include <string>

#include "base/timestamp.h"
#include "contract/names.h"
#include "controller/active_tls.h"
#include "controller/live_update.h"
#include "controller/node_watch.h"
#include "controller/objects.h"
#include "controller/pod_status.h"
#include "controller/pod_table.h"
#include "controller/pod_watch.h"
#include "controller/policy.h"
#include "controller/reconciler_context.h"
#include "controller/registry_reconciler.h"
#include "controller/wakeup.h"
#include "controller/webhook_reconciler.h"
#include "kube/client.h"
#include "kube/object_cache.h"

namespace connected_registry::controller {

struct ControllerRequest {
  names::Installation installation;
  std::string cluster_domain;  // DNS domain of the cluster, for the names in certificates
  Owners owners;               // owner of all created objects
  std::string identity = {};   // of this replica, unique among the candidates
  RotationTimes rotation = {};
  std::string taint = {};  // key of the start-up taint to remove from nodes; empty: there is no taint
  PodGauges pod_gauges = {};
  NodeGauges node_gauges = {};
};

// The controller during one term as the leader. Call run() only once.
class Controller {
 public:
  // `client` must outlive the controller.
  Controller(kube::Client& client, ControllerRequest request, const Clock& clock = system_now);

  void run(const std::stop_token& stop);

 private:
  // Runs one round. Returns true if there is nothing more to do until a watch delivers a change.
  bool reconcile();
  bool is_uninstalling() const;

  Wakeup wakeup_;
  kube::ObjectCache shared_;
  ReconcilerContext context_;
  PodTable pods_;
  PolicyReconciler policy_;
  PodWatch pod_watch_;
  LiveUpdate live_update_;
  PodStatus pod_status_;
  NodeWatch node_watch_;
  WebhookReconciler webhook_;
  RegistryReconciler registry_;
};

}  // namespace connected_registry::controller
