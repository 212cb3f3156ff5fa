// Computes how soon a level-triggered loop runs again. Pure.
#pragma once

#include <chrono>

namespace connected_registry::controller {

inline constexpr std::chrono::milliseconds kSteadyInterval{15'000};

// While something is incomplete: one second at first, later a tenth of the time that it has lasted. A task of
// seconds is then completed at once, and a task of hours does not burden the API.
constexpr std::chrono::milliseconds next_resync(bool complete, std::chrono::milliseconds incomplete_for) {
  constexpr std::chrono::milliseconds kFirst{1'000};
  if (complete) return kSteadyInterval;
  const std::chrono::milliseconds tenth = incomplete_for / 10;
  return tenth < kFirst ? kFirst : (tenth > kSteadyInterval ? kSteadyInterval : tenth);
}

}  // namespace connected_registry::controller
