#include "net/deadline_timer.h"

namespace connected_registry::net {

DeadlineTimer::Deadline& DeadlineTimer::Deadline::operator=(Deadline&& other) noexcept {
  if (this != &other) {
    cancel();
    timer_ = std::exchange(other.timer_, nullptr);
    key_ = std::exchange(other.key_, {});
  }
  return *this;
}

void DeadlineTimer::Deadline::cancel() {
  if (timer_ == nullptr) return;
  const MutexLock lock(timer_->mutex_);
  timer_->due_.erase(key_);
  timer_ = nullptr;
}

DeadlineTimer::DeadlineTimer() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

DeadlineTimer::Deadline DeadlineTimer::at(TimePoint when, std::function<void()> action) {
  const MutexLock lock(mutex_);
  const Deadline::Key key{when, next_number_++};
  due_.emplace(key, std::move(action));
  changed_.notify_all();
  return {this, key};
}

void DeadlineTimer::run(const std::stop_token& stop) {
  MutexLock lock(mutex_);
  while (!stop.stop_requested()) {
    if (due_.empty()) {
      changed_.wait(lock, stop, [this]() REQUIRES(mutex_) { return !due_.empty(); });
      continue;
    }
    const auto first = due_.begin();
    const Deadline::Key key = first->first;
    if (key.first <= std::chrono::steady_clock::now()) {
      const std::function<void()> action = std::move(first->second);
      due_.erase(first);
      action();
      continue;
    }
    // Waits until it is due, or another one is first.
    changed_.wait_until(lock, stop, key.first, [this, &key]() REQUIRES(mutex_) {
      return due_.empty() || due_.begin()->first != key;
    });
  }
}

}  // namespace connected_registry::net
