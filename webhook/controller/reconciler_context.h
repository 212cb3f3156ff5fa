// The state that the reconcilers of one term as the leader share.
#pragma once

#include <functional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "controller/expectations.h"
#include "controller/object_cache.h"
#include "controller/objects.h"
#include "controller/progress_log.h"
#include "controller/wakeup.h"
#include "kube/client.h"

namespace connected_registry::controller {

// For one thread. All references must outlive it.
struct ReconcilerContext {
  kube::Client& client;
  const ObjectCache& shared;  // the settings Secret, the CA bundle and the serving certificate's Secret
  Wakeup& wakeup;             // starts the next round
  names::Installation installation;
  Owner owner;                 // of all objects that are created
  std::string cluster_domain;  // for names in certificates
  Clock clock;
  ProgressLog progress = {};
  Expectations expectations = {};

  // Logs the result of a write. Returns whether it succeeded.
  bool log_write(const std::string& subject, const Result<json::Document>& result);

  // Writes what was decided from this observed state, unless the watch has yet to deliver an earlier write.
  // `content` distinguishes writes. Returns whether the content is written.
  bool write_once(const std::string& subject, const CachedObject& observed, const std::string& content,
                  const std::function<Result<json::Document>()>& write);
};

}  // namespace connected_registry::controller
