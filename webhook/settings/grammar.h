// The small languages that single settings are written in. By hand, not std::regex: that one recurses, and a
// long text from outside would exhaust the stack.
#pragma once

#include <optional>
#include <string_view>

namespace connected_registry::settings {

// A quantity of Kubernetes (resource.Quantity) above zero: "500Gi", "1.5T", "1e12".
bool is_positive_quantity(std::string_view text);

// What a positive quantity amounts to, near enough to tell a smaller one from a larger; nullopt where it is
// none.
std::optional<double> quantity_value(std::string_view text);

// What regsync takes as a schedule: five cron fields, "@hourly" and its kin, or "@every 10m".
bool is_schedule(std::string_view text);

// A repository without a host, with a tag or without ("app/web", "app/web:1.2"), by the OCI distribution
// specification.
bool is_repository(std::string_view text);

// A host name (RFC 1123) or an address (IPv6 in brackets), with a port or without; no scheme, no path.
bool is_endpoint(std::string_view text);

// An endpoint that an image reference takes for a host, not for the first part of a path: it has a '.' or a
// port, or is "localhost" (the grammar of distribution/reference).
bool is_image_host(std::string_view text);

// The name of most objects of Kubernetes: a DNS subdomain of RFC 1123, lower case.
bool is_object_name(std::string_view text);

// A connected registry's name: 5 to 40 ASCII letters and digits.
bool is_registry_name(std::string_view text);

}  // namespace connected_registry::settings
