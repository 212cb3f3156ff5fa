// A ConfigMap that the controller publishes for agents, webhooks and users.
#pragma once

#include <string>

#include "base/json.h"
#include "controller/reconciler_context.h"
#include "kube/object_cache.h"

namespace connected_registry::controller {

// Keeps the ConfigMap as the controller wants it. The controller never takes content from it. If another
// client changes the content, the ConfigMap is restored, and an Event of reason BundleChanged or
// PolicyChanged reports the change. Not thread-safe: use it from one thread. `context` must outlive this
// object.
class PublishedMap {
 public:
  // `reason` is the reason of the Event.
  PublishedMap(ReconcilerContext& context, std::string name, std::string reason);

  // Applies the desired ConfigMap if the observed one does not contain it. Returns true if it is in place or
  // written.
  bool ensure(const json::Document& desired, const kube::CachedObject& observed);

 private:
  void report_change(const json::Value& observed);

  ReconcilerContext& context_;
  const std::string name_;
  const std::string reason_;
  std::string published_;  // data of the ConfigMap when it was last seen in place
};

}  // namespace connected_registry::controller
