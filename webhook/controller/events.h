// Renders Kubernetes Events (core/v1). Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/timestamp.h"

namespace connected_registry::controller {

struct EventRequest {
  // Name of the Event. Use the same name for the same occurrence, so that it is recorded only once.
  std::string name;
  const json::Value& regarding;  // the object; only its metadata is read
  // apiVersion and kind of the object. They are separate because the items of a List do not contain them.
  std::string_view api_version;
  std::string_view kind;
  std::string reason;   // "CABundleMissed"
  std::string message;  // the problem and the fix; cut to 1,024 bytes, the limit of the API
  TimePoint now;
};

// Returns an Event of type Warning in the object's namespace.
json::Document render_warning(const EventRequest& request);

// Returns an Event of type Normal in the object's namespace.
json::Document render_normal(const EventRequest& request);

}  // namespace connected_registry::controller
