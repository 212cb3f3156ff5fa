// Events (core/v1): where people look when something did not work. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/timestamp.h"

namespace connected_registry::controller {

struct EventRequest {
  std::string name;  // the same for the same occurrence, so that telling it twice is telling it once
  const json::Value& regarding;  // the object, with kind and metadata
  std::string_view api_version;  // of the object: items of a list lack it
  std::string_view kind;
  std::string reason;   // "CABundleMissed"
  std::string message;  // what happened and what to do; cut to the 1,024 characters that the API keeps
  TimePoint now;
};

// Of type Warning, in the object's namespace.
json::Document render_warning(const EventRequest& request);

// Of type Normal.
json::Document render_notice(const EventRequest& request);

}  // namespace connected_registry::controller
