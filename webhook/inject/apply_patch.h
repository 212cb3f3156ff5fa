// Applies the patches of injection to a document, for injection without an API server.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::inject {

// Applies a JSON Patch (RFC 6902) to a copy of the document and returns the copy. Supports only the
// operations that injection uses: "add" to objects and to the end of arrays. An empty text changes nothing.
// Errors name the operation that cannot be applied.
Result<json::Document> apply_patch(const json::Value& document, std::string_view patch);

}  // namespace connected_registry::inject
