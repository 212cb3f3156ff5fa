#include "cli/parent_options.h"

#include <cstdlib>
#include <string>

#include "net/reach.h"

namespace connected_registry::cli {
namespace {

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
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
  const net::Endpoint place = net::parse_endpoint(parent.access.endpoint);
  const std::string proxy = environment("HTTPS_PROXY");
  if (proxy.empty() || net::bypasses_proxy(environment("NO_PROXY"), place.host)) {
    return net::reach(place, patience);
  }
  const Status reached = net::reach(net::parse_proxy(proxy), patience);
  return reached ? reached : Status(fail(reached.error(), "the proxy"));
}

}  // namespace connected_registry::cli
