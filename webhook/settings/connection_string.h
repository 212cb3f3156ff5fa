// Reads the connection string of a parent registry, in Azure's form: KEY=VALUE;KEY=VALUE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace connected_registry::settings {

// Holds a password: no part of it goes into a log, an event or an error.
struct ConnectionString {
  std::string registry_name;    // ConnectedRegistryName
  std::string token_name;       // SyncTokenName
  std::string token_password;   // SyncTokenPassword
  std::string parent_endpoint;  // ParentGatewayEndpoint
  std::string parent_protocol;  // ParentEndpointProtocol
  std::vector<std::string>
      problems;  // what is wrong with the keys ("SyncTokenName is missing"), no value in it
};

// Reads a connection string. It never fails: `problems` holds what could not be read. A value may hold '='.
// Unknown keys are ignored.
ConnectionString parse_connection_string(std::string_view text);

// Returns the text without the line break that ends a text file.
std::string_view without_line_end(std::string_view text);

}  // namespace connected_registry::settings
