// The shared state of the reconcilers during one term as the leader.
#pragma once

#include <functional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "controller/expectations.h"
#include "controller/objects.h"
#include "controller/progress_log.h"
#include "controller/wakeup.h"
#include "kube/client.h"
#include "kube/object_cache.h"

namespace connected_registry::controller {

// Not thread-safe: use it from one thread. All references must outlive this object.
struct ReconcilerContext {
  kube::Client& client;
  const kube::ObjectCache& shared;  // the settings, the CA bundle, the policy and the serving certificate
  Wakeup& wakeup;                   // starts the next round
  names::Installation installation;
  Owners owners;               // owner of all created objects
  std::string identity;        // of this replica, unique among the candidates
  std::string cluster_domain;  // DNS domain of the cluster, for the names in certificates
  Clock clock;
  ProgressLog progress = {};
  Expectations expectations = {};

  // Logs the result of a write. Returns true if the write succeeded.
  bool log_write(const std::string& subject, const Result<json::Document>& result);

  // Calls `write`, unless the watch has not delivered an earlier write yet. `observed` is the state that the
  // decision to write is based on. `content` identifies the written content. Returns true if this content is
  // written now or was written before.
  bool write_once(const std::string& subject, const kube::CachedObject& observed, const std::string& content,
                  const std::function<Result<json::Document>()>& write);
};

}  // namespace connected_registry::controller
