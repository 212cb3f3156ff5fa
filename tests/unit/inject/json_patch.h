// Applies a JSON Patch (RFC 6902) as the API server does: for the tests, which judge patches by what they
// make.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::inject::testing {

// Understands "add", the only operation that injection uses. The error says which operation does not apply.
Result<json::Document> apply(const json::Value& document, std::string_view patch);

// A deep copy.
json::Document copy(const json::Value& value);

// object[name], which must be there.
json::Value& at(json::Value& object, const char* name);

}  // namespace connected_registry::inject::testing
