// The loops that only the leader runs: they bring what is in the cluster in line with the settings.
//
// Level-triggered: each round looks at everything and does what is missing; watches only decide when a round
// starts. A round that finds all in place writes nothing.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "controller/active_tls.h"
#include "controller/certificate_objects.h"
#include "controller/expectations.h"
#include "controller/live_update.h"
#include "controller/node_watch.h"
#include "controller/object_cache.h"
#include "controller/objects.h"
#include "controller/pod_status.h"
#include "controller/pod_table.h"
#include "controller/pod_watch.h"
#include "controller/progress_log.h"
#include "controller/serving_certificate.h"
#include "controller/wakeup.h"
#include "kube/client.h"
#include "settings/settings.h"

namespace connected_registry::controller {

struct ControllerRequest {
  names::Installation installation;
  std::string cluster_domain;  // for the names in the serving certificate
  Owner owner;                 // of all that is made
  RotationTimes rotation = {};
  std::string taint = {};  // key of the start-up taint that is taken from nodes; empty: none
  PodGauges pod_gauges = {};
  NodeGauges node_gauges = {};
};

// Where the registry's certificate comes from, as it is now.
struct Source {
  std::string subject;                           // "Secret cr-tls-source"
  bool known = false;                            // the API has spoken
  std::shared_ptr<const json::Document> object;  // the Secret that holds it, or nullptr
  std::optional<TlsMaterial> material;
  std::string problem;  // why there is an object and no material
};

// One term as the leader. run() is for one thread, once.
class Controller {
 public:
  // `shared` follows the settings Secret, the CA bundle and the serving certificate's Secret, and wakes
  // `wakeup`. All references must outlive the controller.
  Controller(kube::Client& client, const ObjectCache& shared, Wakeup& wakeup, const CurrentPolicy& policy,
             ControllerRequest request, const Clock& clock = system_now);

  void run(const std::stop_token& stop);

 private:
  // Each is one concern of a round, and true if there is nothing left to do but wait for a watch.
  bool reconcile();
  bool is_uninstalling() const;
  bool keep_serving_certificate();
  Result<json::Document> write_serving_secret(const ServingPlan& plan, const CachedObject& seen);
  bool keep_webhook_configurations();
  bool keep_webhook_configuration(const kube::Resource& resource, const std::string& bundle);
  bool keep_certificates(const settings::Settings& settings);
  bool keep_object(const DesiredObject& wanted);
  bool drop_certificates(const settings::Settings& settings);
  bool keep_plain_http(const settings::Settings& settings);
  bool keep_active_tls(const settings::Settings& settings);
  bool keep_active_secret(const json::Document& wanted, const CachedObject& active);
  bool keep_bundle(const json::Document& wanted, const CachedObject& bundle);

  // Logs the outcome of a write; true if it succeeded.
  bool wrote(const std::string& subject, const Result<json::Document>& outcome);
  // Writes what was decided from this state of the object, unless the watch has yet to bring a write of ours.
  // `content` tells writes apart. True if it is written.
  bool write_once(const std::string& subject, const CachedObject& seen, const std::string& content,
                  const std::function<Result<json::Document>()>& write);
  // The certificate that the settings ask for, wherever it comes from.
  Source look_at_source(const settings::Settings& settings);
  CachedObject follow_secret(const std::string& name);
  std::vector<std::string> unconfirmed_nodes(const std::string& bundle);
  void tell_rotation(const ActivePlan& plan, const CachedObject& bundle);
  void report_refused_source(const json::Value& source, const std::string& reason);

  kube::Client& client_;
  const ObjectCache& shared_;
  Wakeup& wakeup_;
  const ControllerRequest request_;
  const Clock clock_;
  PodTable pods_;
  PodWatch pod_watch_;
  LiveUpdate live_update_;
  PodStatus pod_status_;
  NodeWatch node_watch_;
  ProgressLog progress_;
  Expectations recent_;
  std::map<std::string, std::string> applied_versions_;  // kind/name -> resourceVersion after our last apply
  ObjectCache own_;  // what only the leader needs; with the next the last: watches end before what they use
  std::string followed_;                  // name of the Secret of the user's own
  std::unique_ptr<ObjectCache> of_user_;  // that Secret
};

}  // namespace connected_registry::controller
