// Which keys the chart knows, which of their values may be shown, and which key a mistyped one may mean.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace connected_registry::values {

// One level down a path: "sync" + "schedule", "imagePullSecrets" + 0.
std::string below(std::string_view path, std::string_view name);
std::string below(std::string_view path, std::size_t index);

// A schema or what its $ref stands for. `root` is the schema's whole document.
const json::Value& resolved(const json::Value& schema, const json::Value& root);

// The dotted paths of all keys below a schema's properties, maps among them.
std::vector<std::string> known_keys(const json::Value& root);

// The known key that a mistyped path most likely means; empty where none is near.
std::string nearest_key(std::string_view path, const std::vector<std::string>& known);

// Whether a key's value is a secret, or so long that nobody wants to read it: tls.crt and its like,
// connectionString, whatever has "password" or "token" in its name.
bool is_secret(std::string_view path);

// The name as it may be printed: itself, unless it does not look like a key but like a value in the wrong
// place.
std::string shown_name(std::string_view name);

}  // namespace connected_registry::values
