// The values of a Secret, which the API carries as base64.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::kube {

// Returns data[key], decoded. Errors: kNotFound where the key is missing or no string, kInvalidArgument where
// the value is not base64. They name the Secret and the key, never the value.
Result<std::string> secret_value(const json::Value& secret, std::string_view key);

// Sets data[key].
void set_secret_value(json::Document& secret, std::string_view key, std::string_view value);

}  // namespace connected_registry::kube
