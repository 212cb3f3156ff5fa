// Logs the progress of tasks that are retried: each reason once, and the recovery.
#pragma once

#include <map>
#include <string>

namespace connected_registry::controller {

// For one thread.
class ProgressLog {
 public:
  // Logs the reason if it differs from the last one. Returns whether it was logged.
  bool waiting(const std::string& subject, const std::string& reason);
  bool failed(const std::string& subject, const std::string& reason);
  // Logs the recovery if there was a reason before. Returns whether it was logged.
  bool done(const std::string& subject);

 private:
  bool remember(const std::string& subject, const std::string& reason);

  std::map<std::string, std::string> reasons_;  // by subject; only of subjects that wait or failed
};

}  // namespace connected_registry::controller
