#include "cli/parent_options.h"

#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <string_view>

#include "net/endpoint.h"
#include "net/no_proxy.h"
#include "net/reach.h"

namespace connected_registry::cli {
namespace {

// The first variable that is set and not empty, in the order that Go's programs look in.
std::string_view environment(std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    const char* const value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

}  // namespace

void add_parent_options(CLI::App& command, sync::ParentSource& parent) {
  command
      .add_option("--connection-string", parent.connection_string,
                  "File with the connection string of the parent registry")
      ->type_name("FILE");
  command
      .add_option("--credentials", parent.credentials,
                  "Directory with the files username and password for the parent registry")
      ->type_name("DIRECTORY");
  command
      .add_option("--ca-bundle", parent.ca_bundle, "File with CA certificates for the parent registry, PEM")
      ->type_name("FILE");
}

Status reach_parent(const sync::Parent& parent, std::chrono::milliseconds patience) {
  constexpr std::uint16_t kHttpsPort = 443;
  const auto endpoint = net::Endpoint::parse(parent.access.endpoint);
  if (!endpoint) return fail(ErrorCode::kInvalidArgument, "the parent is not a host name or an address");
  const auto proxy = net::parse_proxy(environment({"https_proxy", "HTTPS_PROXY"}));
  if (!proxy || net::is_exempt_from_proxy(environment({"no_proxy", "NO_PROXY"}), endpoint->host,
                                          endpoint->port.value_or(kHttpsPort))) {
    return net::reach(*endpoint, patience);
  }
  const Status reached = net::reach(*proxy, patience);
  return reached ? reached : Status(fail(reached.error(), "the proxy"));
}

}  // namespace connected_registry::cli
