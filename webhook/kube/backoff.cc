#include "kube/backoff.h"

#include <algorithm>

namespace connected_registry::kube {

std::chrono::milliseconds Backoff::next(std::optional<std::chrono::seconds> retry_after) {
  std::uniform_int_distribution<std::chrono::milliseconds::rep> wait(current_.count() / 2, current_.count());
  current_ = std::min(current_ * 2, last_);
  const std::chrono::milliseconds own(wait(random_));
  return retry_after ? std::min(*retry_after, kLongestRetryAfter) + own : own;
}

std::chrono::milliseconds jittered(std::chrono::milliseconds duration, double factor, double random) {
  const double extra = static_cast<double>(duration.count()) * factor * random;
  return duration + std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(extra));
}

}  // namespace connected_registry::kube
