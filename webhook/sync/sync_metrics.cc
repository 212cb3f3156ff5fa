#include "sync/sync_metrics.h"

#include <chrono>

#include "base/timestamp.h"

namespace connected_registry::sync {
namespace {

double seconds_of(TimePoint time) {
  return static_cast<double>(
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

}  // namespace

void set_metrics(const contract::SyncReport& report, metrics::Registry& metrics) {
  for (const contract::RepositoryReport& each : report.repositories) {
    const metrics::Labels labels = {{"repository", each.repository}};
    metrics
        .gauge("connected_registry_sync_up_to_date", "1 where the last run of the repository succeeded",
               labels)
        .set(each.reason.empty() && each.last_success ? 1 : 0);
    if (each.last_run) {
      metrics
          .gauge("connected_registry_sync_last_run_timestamp_seconds", "When the repository's last run ended",
                 labels)
          .set(seconds_of(*each.last_run));
    }
    if (each.last_success) {
      metrics
          .gauge("connected_registry_sync_last_success_timestamp_seconds",
                 "When the repository's last run that succeeded ended", labels)
          .set(seconds_of(*each.last_success));
    }
  }
}

}  // namespace connected_registry::sync
