// The keys that the chart knows. Detects secret keys and suggests a known key for a mistyped key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace connected_registry::values {

// Returns the path of a member or of a list entry: "sync.schedule", "imagePullSecrets[0]".
std::string below(std::string_view path, std::string_view name);
std::string below(std::string_view path, std::size_t index);

// Follows the $ref of a schema and returns its target. Returns `schema` if it has no $ref. `root` is the
// complete schema document, which contains the targets.
const json::Value& resolved(const json::Value& schema, const json::Value& root);

// Returns the dotted paths of all properties of the schema at all levels. Keys of maps are included.
std::vector<std::string> known_keys(const json::Value& root);

// Returns the known key that is most similar to a mistyped path. Returns an empty text if no known key is
// similar.
std::string nearest_key(std::string_view path, const std::vector<std::string>& known);

// Returns true if the value of the key must not be printed, because it is secret or too long to read. These
// keys begin with connectionString, tls.crt, tls.key, tls.cacrt or parent.caBundle, or contain "proxy",
// "password" or "token". Upper and lower case are equal.
bool is_secret(std::string_view path);

// Returns the name if it may be printed. Returns "…" if the name does not look like a key, because it may
// then be a value that was written at the position of a key.
std::string shown_name(std::string_view name);

}  // namespace connected_registry::values
