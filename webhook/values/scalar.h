// What an unquoted word of a values file means to helm: YAML 1.1 as sigs.k8s.io/yaml with go-yaml v2 resolves
// it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "values/node.h"

namespace connected_registry::values {

// The value of a scalar. `tag` is "?" for an unquoted word, "!" for a quoted or block text, or a tag that the
// file gives
// ("tag:yaml.org,2002:int"). The position is not set. The error never shows the text.
Result<Node> resolve_scalar(std::string_view tag, std::string text);

// A scalar as the name of a map's member: helm writes 0x10 as "16" and yes as "true". An error where helm
// takes none.
Result<std::string> member_name(const Node& scalar, std::string_view text);

}  // namespace connected_registry::values
