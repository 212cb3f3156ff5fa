// Renders Kubernetes Events (core/v1). Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/timestamp.h"

namespace connected_registry::controller {

struct EventRequest {
  std::string name;              // the same for the same occurrence, which is then recorded once
  const json::Value& regarding;  // the object, with kind and metadata
  std::string_view api_version;  // of the object: items of a list do not contain it
  std::string_view kind;
  std::string reason;   // "CABundleMissed"
  std::string message;  // what happened and what to do; cut to 1,024 bytes, the API's limit
  TimePoint now;
};

// Returns an Event of type Warning in the object's namespace.
json::Document render_warning(const EventRequest& request);

// Returns an Event of type Normal in the object's namespace.
json::Document render_normal(const EventRequest& request);

}  // namespace connected_registry::controller
