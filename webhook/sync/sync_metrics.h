// Exports the results of the synchronization as Prometheus metrics.
#pragma once

#include "contract/sync_report.h"
#include "metrics/registry.h"

namespace connected_registry::sync {

// Sets the gauges of each repository: 1 if the last run succeeded (0 otherwise), the time of the last run,
// and the time of the last success.
void set_metrics(const contract::SyncReport& report, metrics::Registry& metrics);

}  // namespace connected_registry::sync
