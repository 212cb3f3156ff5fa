// The check of containerd's configuration before containerd is restarted: a containerd that cannot read its
// configuration does not start. The functions only read the view of the node.
#pragma once

#include <string_view>

#include "base/result.h"
#include "trust/files/host_view.h"
#include "trust/runtimes/containerd_config.h"

namespace connected_registry::trust {

// Returns success if a containerd of this version reads the text as a configuration file: as TOML of its
// parser, with the types, the form and the names of plugins that containerd requires. Does not check the
// settings of plugins. `form` is the greatest form of the files that are read together. kInvalidArgument,
// with the reason: it may not read the text. Pure function.
Status check_containerd_file(std::string_view text, const ContainerdVersion& version, int form = 0);

// Checks the configuration file of the node and all files that it imports. `config` is the content of the
// file at kContainerdConfig. The message contains the path of the file.
Status check_containerd_files(const HostView& host, std::string_view config,
                              const ContainerdVersion& version);

}  // namespace connected_registry::trust
