// Docker.
#pragma once

#include "contract/names.h"
#include "trust/files/host_view.h"
#include "trust/files/node_files.h"
#include "trust/runtimes/runtime.h"

namespace connected_registry::trust {

bool detect_docker(const HostView& host, const RuntimeRequest& request);
RuntimePlan plan_docker(const HostView& host, const RuntimeRequest& request);
void add_docker_layout(const HostView& host, const names::Installation& installation, Layout& layout);

}  // namespace connected_registry::trust
