// Waits between tries.
#pragma once

#include <chrono>
#include <optional>
#include <random>

namespace connected_registry::kube {

// The longest wait that a server's Retry-After can ask for.
inline constexpr std::chrono::seconds kLongestRetryAfter{60};

// Exponential back-off from `first` to `last`. Each wait is between half of the current one and the whole, so
// that many clients that failed together do not return together. For one thread.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds last)
      : first_(first), last_(last), current_(first) {}

  // Returns the next wait: on top of what the server asks for (at most kLongestRetryAfter), if anything.
  std::chrono::milliseconds next(std::optional<std::chrono::seconds> retry_after = std::nullopt);
  void reset() { current_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds last_;
  std::chrono::milliseconds current_;
  std::minstd_rand random_{std::random_device{}()};
};

// Returns the duration and up to `factor` times more of it, as wait.Jitter of client-go. `random` is in
// [0, 1).
std::chrono::milliseconds jittered(std::chrono::milliseconds duration, double factor, double random);

}  // namespace connected_registry::kube
