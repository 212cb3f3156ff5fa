// microk8s, a snap. snapd keeps one directory for each revision, and a link to the directory of the current
// revision.
#pragma once

#include "contract/names.h"
#include "trust/files/host_view.h"
#include "trust/files/node_files.h"
#include "trust/runtimes/runtime.h"

namespace connected_registry::trust {

bool detect_microk8s(const HostView& host, const RuntimeRequest& request);
RuntimePlan plan_microk8s(const HostView& host, const RuntimeRequest& request);

// Adds the places of all revisions, because each new revision starts with a copy of the previous revision's
// files.
void add_microk8s_layout(const HostView& host, const names::Installation& installation, Layout& layout);

}  // namespace connected_registry::trust
