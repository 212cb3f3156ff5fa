// CRI-O, podman, skopeo and buildah. They share the library containers/image and its files.
#pragma once

#include "contract/names.h"
#include "trust/files/host_view.h"
#include "trust/files/node_files.h"
#include "trust/runtimes/runtime.h"

namespace connected_registry::trust {

bool detect_containers(const HostView& host, const RuntimeRequest& request);
RuntimePlan plan_containers(const HostView& host, const RuntimeRequest& request);
void add_containers_layout(const HostView& host, const names::Installation& installation, Layout& layout);

}  // namespace connected_registry::trust
