// Lets a loop sleep until something happens.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace connected_registry::controller {

// Thread-safe. A call of wake() while nobody waits counts for the next wait.
class Wakeup {
 public:
  void wake() {
    {
      const std::lock_guard lock(mutex_);
      awake_ = true;
    }
    changed_.notify_all();
  }

  // Until wake(), `stop` or the time; true if it may go on.
  bool wait(const std::stop_token& stop, std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, limit, [this] { return awake_; });
    awake_ = false;
    return !stop.stop_requested();
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool awake_ = false;
};

}  // namespace connected_registry::controller
