// The CA by which the API server verifies our webhook, put into the webhook configurations. Pure.
#pragma once

#include <string_view>

#include "base/json.h"

namespace connected_registry::controller {

// A JSON Patch (RFC 6902) that sets clientConfig.caBundle of each webhook of a Mutating- or
// ValidatingWebhookConfiguration to the bundle (PEM): an empty array where all have it. Each change is
// guarded by a test of the webhook's name: a list that an upgrade has reordered since makes the patch fail,
// not hit the wrong entry. A patch of single fields leaves the rest to whoever manages it, and so a chart
// that never names caBundle never takes it back.
json::Document ca_bundle_patch(const json::Value& configuration, std::string_view bundle);

}  // namespace connected_registry::controller
