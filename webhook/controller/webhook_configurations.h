// Puts the CA of our webhook's certificate into the webhook configurations. Pure.
#pragma once

#include <string_view>

#include "base/json.h"

namespace connected_registry::controller {

// Returns a JSON Patch (RFC 6902) that sets clientConfig.caBundle of each webhook of a Mutating- or
// ValidatingWebhookConfiguration to the bundle (PEM); an empty array where all have it. Each change tests the
// webhook's name first, so that the patch fails if an upgrade has reordered the list. The patch changes
// single fields: the chart never contains caBundle, so helm does not remove it.
json::Document ca_bundle_patch(const json::Value& configuration, std::string_view bundle);

}  // namespace connected_registry::controller
