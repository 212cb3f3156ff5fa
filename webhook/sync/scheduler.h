// Computes the time of the next run. Pure functions.
#pragma once

#include <chrono>
#include <optional>

#include "base/schedule.h"
#include "base/timestamp.h"

namespace connected_registry::sync {

// Facts about earlier runs.
struct History {
  std::optional<TimePoint> last_start = {};  // start of the last run that was not a retry
  // End of the last run or retry. After a restart of this process, it is the time of the restart if the last
  // run failed, or nullopt.
  std::optional<TimePoint> last_end = {};
  unsigned failures = 0;        // number of consecutive runs with a failure
  bool changed = false;         // the config or the credentials have changed since the last run
  bool parent_is_back = false;  // the parent answers again, so a retry does not need to wait
};

// The time of a run.
struct Due {
  TimePoint time;
  bool retry = false;  // the run is a retry within the window of the previous run
};

// Returns the time of the next run, or nullopt if there is no next run. The first run and a run after a
// change are due immediately. Other runs are due at the first scheduled time after History::last_start. A run
// that was missed because the pod was down is due immediately. A failed run is retried after 10 s, 20 s, 40 s
// and so on, up to 5 min. If there is a window, a missed or failed run is due only until the window of that
// run ends.
std::optional<Due> next_run(const Schedule& schedule, std::optional<std::chrono::seconds> window,
                            const History& history, TimePoint now);

}  // namespace connected_registry::sync
