// A reflector: informs a handler about all changes of a set of objects. It lists the objects, then watches
// them, and waits after errors.
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
  std::string namespace_;  // empty: all namespaces
  ListOptions options;
};

// Returns a request for the one object with that name.
ReflectorRequest single_object(const Resource& resource, std::string_view namespace_, std::string_view name);

// Callbacks. Only the thread that runs reflect() calls them. The objects are valid during the call.
struct ReflectorHandler {
  // Receives all objects after each list. An object that is not among them does not exist any more.
  std::function<void(const std::vector<const json::Value*>& objects)> on_list;
  // Receives kAdded, kModified and kDeleted.
  std::function<void(WatchEventType type, const json::Value& object)> on_event;
};

// Runs until `stop` is requested. Logs an error only if it differs from the previous error. After an error,
// waits for a time that doubles from 200 ms to 10 s, with jitter, and adds the server's Retry-After. A
// success resets this time.
void reflect(Client& client, const ReflectorRequest& request, const ReflectorHandler& handler,
             const std::stop_token& stop);

}  // namespace connected_registry::kube
