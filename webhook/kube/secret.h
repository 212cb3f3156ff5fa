// The values of a Secret. The API transports them as base64.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::kube {

// Returns data[key], decoded. Errors: kNotFound if the key is missing or its value is not a string,
// kInvalidArgument if the value is not base64. The errors name the Secret and the key, never the value.
Result<std::string> secret_value(const json::Value& secret, std::string_view key);

// Sets data[key] to the value, encoded as base64.
void set_secret_value(json::Document& secret, std::string_view key, std::string_view value);

}  // namespace connected_registry::kube
