// The synchronization's results as Prometheus metrics.
#pragma once

#include "contract/sync_report.h"
#include "metrics/registry.h"

namespace connected_registry::sync {

// Sets, per repository, whether it is up to date, and the times of its last run and its last success.
void set_metrics(const contract::SyncReport& report, metrics::Registry& metrics);

}  // namespace connected_registry::sync
