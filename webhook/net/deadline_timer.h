// A timer that runs short actions at given times in its own thread.
#pragma once

#include <chrono>
#include <compare>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <thread>
#include <utility>

#include "base/mutex.h"

namespace connected_registry::net {

// Thread-safe. Must outlive its Deadline objects.
class DeadlineTimer {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // A pending action. The destructor cancels it: after the destructor, the action does not run and is not
  // running.
  class Deadline {
   public:
    Deadline() = default;
    ~Deadline() { cancel(); }
    Deadline(Deadline&& other) noexcept
        : timer_(std::exchange(other.timer_, nullptr)), key_(std::exchange(other.key_, {})) {}
    Deadline& operator=(Deadline&& other) noexcept;
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

   private:
    friend class DeadlineTimer;
    using Key = std::pair<TimePoint, std::uint64_t>;
    Deadline(DeadlineTimer* timer, Key key) : timer_(timer), key_(key) {}
    void cancel();

    DeadlineTimer* timer_ = nullptr;
    Key key_;
  };

  DeadlineTimer();

  // Runs `action` once at `when`. The action must be short. It must not use this timer, because the timer's
  // mutex is locked while the action runs.
  [[nodiscard]] Deadline at(TimePoint when, std::function<void()> action);

 private:
  void run(const std::stop_token& stop);

  Mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t next_number_ GUARDED_BY(mutex_) = 0;  // distinguishes deadlines at the same time
  std::map<Deadline::Key, std::function<void()>> due_ GUARDED_BY(mutex_);
  std::jthread thread_;  // declared last, so that it ends before the other members
};

}  // namespace connected_registry::net
