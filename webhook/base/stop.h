// An orderly stop. SIGTERM and SIGINT request a stop through a std::stop_token, which every loop checks.
#pragma once

#include <chrono>
#include <stop_token>
#include <thread>

namespace connected_registry {

// Blocks SIGTERM and SIGINT in the calling thread and in every thread that is started later, and requests a
// stop when one of the signals arrives. Construct it first in main, before any thread starts. It also ignores
// SIGPIPE: a write to a closed connection then returns an error and does not end the process.
class SignalStop {
 public:
  SignalStop();
  ~SignalStop();
  SignalStop(const SignalStop&) = delete;
  SignalStop& operator=(const SignalStop&) = delete;
  SignalStop(SignalStop&&) = delete;
  SignalStop& operator=(SignalStop&&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread waiter_;
};

// Waits for the duration or until a stop is requested. Returns true if no stop has been requested.
bool wait_for(const std::stop_token& stop, std::chrono::milliseconds duration);

}  // namespace connected_registry
