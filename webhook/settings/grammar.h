// Checks the syntax of the values of individual settings. The functions do not use std::regex, because it is
// recursive, and a long text from outside would exhaust the stack.
#pragma once

#include <optional>
#include <string_view>

namespace connected_registry::settings {

// Returns true if the text is a quantity of Kubernetes (resource.Quantity) that is greater than zero:
// "500Gi", "1.5T", "1e12".
bool is_positive_quantity(std::string_view text);

// Returns the value of a positive quantity as the nearest double. Returns nullopt if the text is not a
// positive quantity.
std::optional<double> quantity_value(std::string_view text);

// Returns true if the text is a repository without a host, with or without a tag ("app/web", "app/web:1.2"),
// as defined by the OCI distribution specification.
bool is_repository(std::string_view text);

// Returns true if the text is an endpoint (net/endpoint.h) that is read as a host at the beginning of an
// image reference, and not as the first part of a path. Such an endpoint contains '.' or a port, or is
// "localhost" (distribution/reference).
bool is_image_host(std::string_view text);

// Returns true if the text is a valid name for most kinds of Kubernetes objects: a DNS subdomain as defined
// by RFC 1123, in lower case.
bool is_object_name(std::string_view text);

// Returns true if the text is a valid name for a connected registry in Azure (ConnectedRegistryName in the
// connection string): 5 to 50 ASCII letters and digits.
bool is_registry_name(std::string_view text);

}  // namespace connected_registry::settings
