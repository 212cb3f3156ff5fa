// Resolves the types of scalars as Helm does: YAML 1.1 as implemented by sigs.k8s.io/yaml with go-yaml v2.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json_number.h"
#include "base/result.h"
#include "values/node.h"

namespace connected_registry::values {

// The form that numbers get.
enum class NumberForm {
  kHelm,   // as in Helm's values: a double, so that an integer beyond 2^53 loses its last digits
  kExact,  // as in kubectl: a whole number that fits into 64 bits, signed or unsigned, stays exact
};

// Returns the value of a scalar. `tag` is "?" for an unquoted word, "!" for a quoted or block text, or a tag
// from the file ("tag:yaml.org,2002:int"). The location of the result is not set. The error never contains
// the text.
Result<Node> resolve_scalar(std::string_view tag, std::string text, NumberForm form = NumberForm::kHelm);

// Returns the value of a number of a JSON text.
Node number_value(const json::Number& number, NumberForm form);

// Returns the name that Helm gives to a map member with this scalar as its key: "16" for 0x10, "true" for
// yes, "1e+06" for 1000000.0. `text` is the scalar as written. Fails with kInvalidArgument if Helm does not
// accept the scalar as a key.
Result<std::string> member_name(const Node& scalar, std::string_view text);

}  // namespace connected_registry::values
