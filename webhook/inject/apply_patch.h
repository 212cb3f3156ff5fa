// Applies the patches that injection makes, as the API server does: for injection without an API server.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::inject {

// Applies a JSON Patch (RFC 6902) to a copy of the document. Supports what injection uses: "add", and for
// arrays only at the end. An empty text changes nothing. Errors name the operation that does not apply.
Result<json::Document> apply_patch(const json::Value& document, std::string_view patch);

}  // namespace connected_registry::inject
