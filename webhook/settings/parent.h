// Turns a connection string into what regsync needs to read the parent registry.
#pragma once

#include <string>
#include <string_view>

#include "settings/connection_string.h"

namespace connected_registry::settings {

// Holds a password: no part of it goes into a log, an event or an error.
struct ParentAccess {
  std::string endpoint;  // host as image references write it, with a port or without
  std::string username;  // empty: the parent is read without a name
  std::string password;
};

// Reads a connection string without findings; see check_connection_string() in rules.h.
ParentAccess parent_access(const ConnectionString& connection);

// Returns the host from which images are read, as references write it. Azure's connection strings name the
// data endpoint NAME.REGION.data.azurecr.io (or .cn, .us); images are read from NAME.azurecr.io. A name with
// neither dot nor port gets the port of HTTPS: without it, it would be a repository of Docker Hub.
std::string image_host(std::string_view parent_endpoint);

}  // namespace connected_registry::settings
