// The injection policy as a JSON document. The controller publishes it in a ConfigMap, and the webhook reads
// it there. It contains nothing secret. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "inject/policy.h"

namespace connected_registry::inject {

// Renders all members of the policy. Equal policies have equal documents.
std::string render_policy_document(const Policy& policy);

// Parses a document. A member that is missing has its default, so that a new member does not make documents
// of an older version unreadable. Unknown members are ignored. Fails with kInvalidArgument if the text is not
// such a document, if its formVersion is another one, or if its bundle is not a list of PEM certificates. The
// error names the member.
Result<Policy> parse_policy_document(std::string_view text);

}  // namespace connected_registry::inject
