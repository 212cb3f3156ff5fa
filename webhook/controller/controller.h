// The loops that only the leader runs: they reconcile the cluster with the settings.
//
// Level-triggered: each round compares everything and does what is missing; watches only start a round. A
// round that finds everything in place writes nothing.
#pragma once

#include <stop_token>
#include <string>

#include "base/timestamp.h"
#include "contract/names.h"
#include "controller/active_tls.h"
#include "controller/live_update.h"
#include "controller/node_watch.h"
#include "controller/object_cache.h"
#include "controller/objects.h"
#include "controller/pod_status.h"
#include "controller/pod_table.h"
#include "controller/pod_watch.h"
#include "controller/reconciler_context.h"
#include "controller/registry_reconciler.h"
#include "controller/wakeup.h"
#include "controller/webhook_reconciler.h"
#include "kube/client.h"

namespace connected_registry::controller {

struct ControllerRequest {
  names::Installation installation;
  std::string cluster_domain;  // for the names in certificates
  Owner owner;                 // of all objects that are created
  RotationTimes rotation = {};
  std::string taint = {};  // key of the start-up taint that is removed from nodes; empty: none
  PodGauges pod_gauges = {};
  NodeGauges node_gauges = {};
};

// One term as the leader. run() is for one thread, once.
class Controller {
 public:
  // `shared` watches the settings Secret, the CA bundle and the serving certificate's Secret, and wakes
  // `wakeup`. All references must outlive the controller.
  Controller(kube::Client& client, const ObjectCache& shared, Wakeup& wakeup, const CurrentPolicy& policy,
             ControllerRequest request, const Clock& clock = system_now);

  void run(const std::stop_token& stop);

 private:
  // Runs one round. Returns true if nothing is left to do until a watch delivers a change.
  bool reconcile();
  bool is_uninstalling() const;

  ReconcilerContext context_;
  PodTable pods_;
  PodWatch pod_watch_;
  LiveUpdate live_update_;
  PodStatus pod_status_;
  NodeWatch node_watch_;
  WebhookReconciler webhook_;
  RegistryReconciler registry_;
};

}  // namespace connected_registry::controller
