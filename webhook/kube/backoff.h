// How long to wait before the next try.
#pragma once

#include <chrono>
#include <random>

namespace connected_registry::kube {

// Doubles from first to last, each time between half of it and the whole, so that many clients that failed
// together do not return together. For one thread.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds last)
      : first_(first), last_(last), current_(first) {}

  std::chrono::milliseconds next();
  void reset() { current_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds last_;
  std::chrono::milliseconds current_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace connected_registry::kube
