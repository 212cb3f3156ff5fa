// A node's config.toml, as the trust agent reads, checks and edits it.
#include <string>

#include "target.h"
#include "trust/files/toml_edit.h"
#include "trust/runtimes/containerd_check.h"

namespace connected_registry::fuzz {

void run(std::string_view input) {
  using namespace connected_registry::trust;
  static const names::Installation installation{.name = "cr", .namespace_ = "edge"};
  static const std::vector<std::string> registry{"plugins", "io.containerd.grpc.v1.cri", "registry"};
  if (holds_settings(input, installation)) return;
  for (const ContainerdVersion& version :
       {ContainerdVersion{1, 6}, ContainerdVersion{2, 1}, ContainerdVersion()}) {
    const auto checked = check_containerd_file(input, version);
    require(checked || !checked.error().message.empty(), "an error says what is wrong");
    for (const std::string host : {"10.9.8.7", "[fd00::1]"}) {
      std::vector<std::string> table = registry;
      table.insert(table.end(), {"configs", host, "tls"});
      const auto edited =
          insert_settings(input, installation, {{.table = table, .key = "ca_file", .value = "/ca"}});
      if (!edited) continue;
      const bool ended = input.empty() || input.back() == '\n';
      require(cut_settings(*edited, installation) == std::string(input) + (ended ? "" : "\n"),
              "the cut is exact");
      require(!checked || check_containerd_file(*edited, version),
              "an edit does not keep containerd from starting");
    }
  }
}

}  // namespace connected_registry::fuzz
