// k3s and RKE2. Since the releases of late 2023, their containerd reads its own certs.d.
#pragma once

#include "contract/names.h"
#include "trust/files/host_view.h"
#include "trust/files/node_files.h"
#include "trust/runtimes/runtime.h"

namespace connected_registry::trust {

bool detect_k3s(const HostView& host, const RuntimeRequest& request);
RuntimePlan plan_k3s(const HostView& host, const RuntimeRequest& request);

bool detect_rke2(const HostView& host, const RuntimeRequest& request);
RuntimePlan plan_rke2(const HostView& host, const RuntimeRequest& request);

// Adds the places of k3s and RKE2.
void add_rancher_layout(const HostView& host, const names::Installation& installation, Layout& layout);

}  // namespace connected_registry::trust
