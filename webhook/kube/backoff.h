// Waiting times between tries.
#pragma once

#include <chrono>
#include <optional>
#include <random>

namespace connected_registry::kube {

// The maximum wait that a server's Retry-After can cause.
inline constexpr std::chrono::seconds kLongestRetryAfter{60};

// An exponential back-off from `first` to `last`. Each wait is random between half of the current value and
// the whole value, so that clients that failed at the same time do not retry at the same time. Not
// thread-safe: use it from one thread.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds last)
      : first_(first), last_(last), current_(first) {}

  // Returns the next wait. If the server asks for a wait, this time (at most kLongestRetryAfter) is added.
  std::chrono::milliseconds next(std::optional<std::chrono::seconds> retry_after = std::nullopt);
  void reset() { current_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds last_;
  std::chrono::milliseconds current_;
  std::minstd_rand random_{std::random_device{}()};
};

// Returns the duration plus `factor` * `random` times the duration, like client-go's wait.Jitter. `random` is
// in [0, 1).
std::chrono::milliseconds jittered(std::chrono::milliseconds duration, double factor, double random);

}  // namespace connected_registry::kube
