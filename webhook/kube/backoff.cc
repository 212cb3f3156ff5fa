#include "kube/backoff.h"

#include <algorithm>

namespace connected_registry::kube {

std::chrono::milliseconds Backoff::next() {
  std::uniform_int_distribution<std::chrono::milliseconds::rep> wait(current_.count() / 2, current_.count());
  current_ = std::min(current_ * 2, last_);
  return std::chrono::milliseconds(wait(random_));
}

}  // namespace connected_registry::kube
