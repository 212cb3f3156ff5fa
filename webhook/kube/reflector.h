// A reflector: keeps a handler up to date with a set of objects. It lists, then watches, and backs off on
// errors.
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

// Returns a request for the one object of that name.
ReflectorRequest single_object(const Resource& resource, std::string_view namespace_, std::string_view name);

// Callbacks, from the reflector's thread only. Objects are valid during the call.
struct ReflectorHandler {
  // Receives all objects after each list; an object that is not among them is gone.
  std::function<void(const std::vector<const json::Value*>& objects)> on_list;
  // Receives kAdded, kModified and kDeleted.
  std::function<void(WatchEventType type, const json::Value& object)> on_event;
};

// Runs until `stop`. An error is logged when it differs from the one before, not at each try. The back-off
// doubles from 200 ms to 10 s, with jitter, on top of a Retry-After of the server; a success resets it.
void reflect(Client& client, const ReflectorRequest& request, const ReflectorHandler& handler,
             const std::stop_token& stop);

}  // namespace connected_registry::kube
