// An orderly stop: SIGTERM and SIGINT become a std::stop_token that every loop waits on.
#pragma once

#include <chrono>
#include <stop_token>
#include <thread>

namespace connected_registry {

// Blocks SIGTERM and SIGINT in the calling thread and, by inheritance, in every thread started later, and
// requests a stop when one arrives. Construct it first in main, before any thread. Ignores SIGPIPE: a peer
// that has closed is an error of a write, not the end of the process.
class SignalStop {
 public:
  SignalStop();
  ~SignalStop();
  SignalStop(const SignalStop&) = delete;
  SignalStop& operator=(const SignalStop&) = delete;
  SignalStop(SignalStop&&) = delete;
  SignalStop& operator=(SignalStop&&) = delete;

  std::stop_token token() const { return source_.get_token(); }
  // Requests a stop without a signal, for a part that cannot go on.
  void request() { source_.request_stop(); }

 private:
  std::stop_source source_;
  std::jthread waiter_;
};

// Waits for the duration or until a stop is requested. Reports whether no stop is requested.
bool wait_for(const std::stop_token& stop, std::chrono::milliseconds duration);

}  // namespace connected_registry
