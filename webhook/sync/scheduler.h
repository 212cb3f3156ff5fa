// Computes when the next run is due. Pure.
#pragma once

#include <chrono>
#include <optional>

#include "base/schedule.h"
#include "base/timestamp.h"

namespace connected_registry::sync {

// Facts about earlier runs.
struct History {
  std::optional<TimePoint> last_start = {};  // of the last run that was not a retry
  std::optional<TimePoint> last_end =
      {};                       // of the last run, retries included; none while nothing has run here
  unsigned failures = 0;        // runs in a row in which something failed
  bool changed = false;         // config or credentials are new since the last run
  bool parent_is_back = false;  // it did not answer, and does now: no reason to wait any longer
};

struct Due {
  TimePoint time;
  bool retry = false;  // within the window of the run before
};

// Returns when the next run is due; nullopt: never. The first run and a run after a change are due at once.
// Other runs are due at the schedule's next time after the last run. A time that was missed because the pod
// was down is due at once, with a window only until that window ends. A failed run is retried after 10 s,
// 20 s, 40 s … up to 5 min, with a window only within it.
std::optional<Due> next_run(const Schedule& schedule, std::optional<std::chrono::seconds> window,
                            const History& history, TimePoint now);

}  // namespace connected_registry::sync
