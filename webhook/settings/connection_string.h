// Reads the connection string of a parent registry, in the format of Azure: KEY=VALUE;KEY=VALUE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace connected_registry::settings {

// The parts of a connection string. One part is a password, so write no part to a log, an event or an error.
struct ConnectionString {
  std::string registry_name;          // ConnectedRegistryName
  std::string token_name;             // SyncTokenName
  std::string token_password;         // SyncTokenPassword
  std::string parent_endpoint;        // ParentGatewayEndpoint
  std::string parent_protocol;        // ParentEndpointProtocol
  bool has_managed_identity = false;  // it has a ManagedIdentityClientId in place of a token
  // Errors in the text: missing, empty and repeated keys ("SyncTokenName is missing"), placeholders, and line
  // breaks, other control characters or a byte order mark. They contain no value.
  std::vector<std::string> problems;
};

// Reads a connection string. Never fails, but reports errors in `problems`. A value may contain '='. Unknown
// keys are ignored.
ConnectionString parse_connection_string(std::string_view text);

// Returns the text without one line break at its end, which text files have.
std::string_view without_line_end(std::string_view text);

}  // namespace connected_registry::settings
