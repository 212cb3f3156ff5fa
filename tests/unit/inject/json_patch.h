// What the tests of injection do with JSON.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "inject/apply_patch.h"

namespace connected_registry::inject::testing {

inline Result<json::Document> apply(const json::Value& document, std::string_view patch) {
  return apply_patch(document, patch);
}

// A deep copy.
inline json::Document copy(const json::Value& value) {
  return json::parse(json::to_text(value)).value();
}

// object[name], which must be there.
inline json::Value& at(json::Value& object, const char* name) {
  return object.FindMember(name)->value;
}

}  // namespace connected_registry::inject::testing
