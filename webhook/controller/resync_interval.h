// Computes the time until the next round of a level-triggered loop. Pure function.
#pragma once

#include <chrono>

namespace connected_registry::controller {

inline constexpr std::chrono::milliseconds kSteadyInterval{15'000};

// Returns the time until the next round. While the state is incomplete, this is a tenth of `incomplete_for`,
// but at least one second and at most kSteadyInterval. So a task of seconds is completed quickly, and a task
// of hours does not cause many API requests.
constexpr std::chrono::milliseconds next_resync(bool complete, std::chrono::milliseconds incomplete_for) {
  constexpr std::chrono::milliseconds kFirst{1'000};
  if (complete) return kSteadyInterval;
  const std::chrono::milliseconds tenth = incomplete_for / 10;
  return tenth < kFirst ? kFirst : (tenth > kSteadyInterval ? kSteadyInterval : tenth);
}

}  // namespace connected_registry::controller
