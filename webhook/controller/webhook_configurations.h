// Sets the CA of the webhook's serving certificate in the webhook configurations. Pure function.
#pragma once

#include <string_view>

#include "base/json.h"

namespace connected_registry::controller {

// Returns a JSON Patch (RFC 6902) that sets clientConfig.caBundle to the bundle (PEM) in each webhook of a
// MutatingWebhookConfiguration or ValidatingWebhookConfiguration. Returns an empty array if all webhooks
// have the bundle already. The patch tests the name of each webhook before the change, so that it fails if
// an upgrade has reordered the list. The patch changes only this field. Helm does not remove the field,
// because the chart does not contain it.
json::Document ca_bundle_patch(const json::Value& configuration, std::string_view bundle);

}  // namespace connected_registry::controller
