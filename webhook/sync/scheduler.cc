#include "sync/scheduler.h"

#include <algorithm>

namespace connected_registry::sync {
namespace {

std::chrono::seconds patience(unsigned failures) {
  constexpr std::chrono::seconds kFirst{10};
  constexpr std::chrono::seconds kLongest{300};
  constexpr unsigned kMostDoublings = 5;
  return std::min(kFirst * (1U << std::min(failures - 1, kMostDoublings)), kLongest);
}

}  // namespace

std::optional<Due> next_run(const Schedule& schedule, std::optional<std::chrono::seconds> window,
                            const History& history, TimePoint now) {
  if (!history.last_start || history.changed) return Due{.time = now, .retry = false};
  auto scheduled = schedule.next(*history.last_start);
  while (scheduled && window && *scheduled + *window <= now) scheduled = schedule.next(*scheduled);
  std::optional<Due> due;
  if (scheduled) due = Due{.time = std::max(*scheduled, now), .retry = false};
  if (history.failures == 0 || !history.last_end) return due;
  const TimePoint again = history.parent_is_back ? now : *history.last_end + patience(history.failures);
  const bool allowed = !window || again < *history.last_start + *window;
  if (allowed && (!due || again < due->time)) return Due{.time = std::max(again, now), .retry = true};
  return due;
}

}  // namespace connected_registry::sync
