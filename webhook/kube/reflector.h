// Keeps a listener up to date with a set of objects: list, then watch, for ever, with back-off on errors.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/json.h"
#include "kube/client.h"

namespace connected_registry::kube {

struct ReflectorRequest {
  Resource resource;
  std::string namespace_;  // empty: all
  ListOptions options;
};

// One object: {resource, ns, field selector metadata.name=name}.
ReflectorRequest single_object(const Resource& resource, std::string_view namespace_, std::string_view name);

// Called from the reflector's thread only. Objects are valid during the call.
struct ReflectorHandler {
  // After each list: all objects there are (those not in it are gone).
  std::function<void(const std::vector<const json::Value*>& objects)> on_list;
  // kAdded, kModified, kDeleted.
  std::function<void(WatchEventType type, const json::Value& object)> on_event;
};

// Runs until `stop`. Errors are logged once per kind of change, not per try; back-off from 200 ms doubling to
// 10 s, with jitter, reset by success.
void reflect(Client& client, const ReflectorRequest& request, const ReflectorHandler& handler,
             const std::stop_token& stop);

}  // namespace connected_registry::kube
