// Applies the patches that injection makes, as the API server does: for whoever injects without one.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::inject {

// The document with a JSON Patch (RFC 6902) applied; of the operations "add" only, and into arrays at the end
// only, since injection uses no others. Empty text changes nothing. The error says which operation does not
// apply.
Result<json::Document> apply_patch(const json::Value& document, std::string_view patch);

}  // namespace connected_registry::inject
