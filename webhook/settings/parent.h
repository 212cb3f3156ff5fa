// Derives the address and the credentials of the parent registry from a connection string, for regsync.
#pragma once

#include <string>
#include <string_view>

#include "settings/connection_string.h"

namespace connected_registry::settings {

// The address and the credentials of the parent registry. Write no part of them to a log, an event or an
// error.
struct ParentAccess {
  std::string endpoint;  // host in the form of image references, with or without a port
  std::string username;  // empty: the parent is read without credentials
  std::string password;
};

// Returns the access that the connection string describes. The connection string must be valid; see
// check_connection_string() in rules.h.
ParentAccess parent_access(const ConnectionString& connection);

// Returns the host that images are read from, in the form of image references. Azure's connection strings
// contain the data endpoint NAME.REGION.data.azurecr.io (or .cn, .us), but images are read from
// NAME.azurecr.io. A host without a dot and without a port gets the port of HTTPS. Without the port, an
// image reference would read the host as a repository of Docker Hub.
std::string image_host(std::string_view parent_endpoint);

// Reports whether the host, in lower case, is that of a registry of Azure ("contoso.azurecr.io").
bool is_azure_host(std::string_view host);

}  // namespace connected_registry::settings
