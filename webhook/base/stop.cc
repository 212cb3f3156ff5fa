#include "base/stop.h"

#include <condition_variable>
#include <csignal>
#include <ctime>

#include "base/mutex.h"

namespace connected_registry {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

SignalStop::SignalStop() {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  waiter_ = std::jthread([this](const std::stop_token& ending) {
    const sigset_t awaited = stop_signals();
    // sigtimedwait, so that the thread ends with its owner even without a signal.
    const timespec interval{.tv_sec = 0, .tv_nsec = 100'000'000};
    while (!ending.stop_requested()) {
      if (sigtimedwait(&awaited, nullptr, &interval) > 0) {
        source_.request_stop();
        return;
      }
    }
  });
}

SignalStop::~SignalStop() {
  waiter_.request_stop();
}

bool wait_for(const std::stop_token& stop, std::chrono::milliseconds duration) {
  Mutex mutex;
  std::condition_variable_any condition;
  MutexLock lock(mutex);
  condition.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace connected_registry
