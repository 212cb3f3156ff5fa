// A signal that wakes a waiting loop.
#pragma once

#include <chrono>
#include <condition_variable>
#include <stop_token>

#include "base/mutex.h"

namespace connected_registry::controller {

// Thread-safe. If no thread waits, wake() makes the next wait() return immediately.
class Wakeup {
 public:
  void wake() {
    {
      const MutexLock lock(mutex_);
      awake_ = true;
    }
    changed_.notify_all();
  }

  // Waits until wake(), `stop` or `limit`. Returns false after `stop`.
  bool wait(const std::stop_token& stop, std::chrono::milliseconds limit) {
    MutexLock lock(mutex_);
    changed_.wait_for(lock, stop, limit, [this]() REQUIRES(mutex_) { return awake_; });
    awake_ = false;
    return !stop.stop_requested();
  }

 private:
  Mutex mutex_;
  std::condition_variable_any changed_;
  bool awake_ GUARDED_BY(mutex_) = false;
};

}  // namespace connected_registry::controller
