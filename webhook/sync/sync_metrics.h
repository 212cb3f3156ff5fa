// What came of the synchronization, for Prometheus.
#pragma once

#include "contract/sync_report.h"
#include "metrics/registry.h"

namespace connected_registry::sync {

// Sets, per repository, whether it is up to date, and when it last ran and succeeded.
void set_metrics(const contract::SyncReport& report, metrics::Registry& metrics);

}  // namespace connected_registry::sync
