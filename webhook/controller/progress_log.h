// Logs the progress of tasks that are retried. Logs each reason only once, and logs the recovery.
#pragma once

#include <map>
#include <string>

namespace connected_registry::controller {

// Not thread-safe: use it from one thread.
class ProgressLog {
 public:
  // Log the reason if it differs from the last reason. Return true if the reason was logged.
  bool waiting(const std::string& subject, const std::string& reason);
  bool failed(const std::string& subject, const std::string& reason);
  // Logs the recovery if there was a reason before. Returns true if the recovery was logged.
  bool done(const std::string& subject);

 private:
  bool remember(const std::string& subject, const std::string& reason);

  std::map<std::string, std::string> reasons_;  // by subject; only subjects that wait or that failed
};

}  // namespace connected_registry::controller
