// When the next run is due. Pure.
#pragma once

#include <chrono>
#include <optional>

#include "base/schedule.h"
#include "base/timestamp.h"

namespace connected_registry::sync {

// What is known of the runs so far.
struct History {
  std::optional<TimePoint> last_start = {};  // of the last run that was not a mere retry
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

// The first run, and one after a change, is due at once. Else the schedule's next time after the last run: a
// time that was missed (the pod was down) is made up for, with a window only while that still lasts. What
// failed is tried again after 10 s, 20 s, 40 s … up to 5 min, with a window only within it. nullopt: never.
std::optional<Due> next_run(const Schedule& schedule, std::optional<std::chrono::seconds> window,
                            const History& history, TimePoint now);

}  // namespace connected_registry::sync
