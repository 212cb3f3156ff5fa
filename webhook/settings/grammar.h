// Forms of single settings that no other part of the program reads. They are written by hand: std::regex
// recurses, and a long text from outside would exhaust the stack.
#pragma once

#include <optional>
#include <string_view>

namespace connected_registry::settings {

// Reports whether the text is a quantity of Kubernetes (resource.Quantity) above zero: "500Gi", "1.5T",
// "1e12".
bool is_positive_quantity(std::string_view text);

// Returns the value of a positive quantity as the nearest double, or nullopt where the text is none.
std::optional<double> quantity_value(std::string_view text);

// Reports whether the text is a repository without a host, with a tag or without ("app/web", "app/web:1.2"),
// by the OCI distribution specification.
bool is_repository(std::string_view text);

// Reports whether the text is an endpoint (net/endpoint.h) that an image reference takes for a host and not
// for the first part of a path: it has a '.' or a port, or is "localhost" (distribution/reference).
bool is_image_host(std::string_view text);

// Reports whether the text can name most objects of Kubernetes: a DNS subdomain of RFC 1123, lower case.
bool is_object_name(std::string_view text);

// Reports whether the text is a connected registry's name: 5 to 40 ASCII letters and digits.
bool is_registry_name(std::string_view text);

}  // namespace connected_registry::settings
