// A timer that runs short actions at given times, in a thread of its own.
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

// Thread-safe. Must outlive its deadlines.
class DeadlineTimer {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // A pending action. Once the deadline is destroyed, the action neither runs nor is running.
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

  // Runs `action` once at `when`. The action must be short and must not use this timer, whose lock is held.
  [[nodiscard]] Deadline at(TimePoint when, std::function<void()> action);

 private:
  void run(const std::stop_token& stop);

  Mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t next_number_ GUARDED_BY(mutex_) = 0;  // distinguishes deadlines of the same instant
  std::map<Deadline::Key, std::function<void()>> due_ GUARDED_BY(mutex_);
  std::jthread thread_;  // last: ends before the other members do
};

}  // namespace connected_registry::net
