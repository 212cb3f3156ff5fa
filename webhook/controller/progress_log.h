// Logs of something that is tried again and again: each reason once, and the end of the trouble.
#pragma once

#include <map>
#include <string>

namespace connected_registry::controller {

// For one thread.
class ProgressLog {
 public:
  // It did not work, or waits: logged if the reason is another one than the last. True if it was.
  bool waiting(const std::string& subject, const std::string& reason);
  bool failed(const std::string& subject, const std::string& reason);
  // All is well: logged if it was not before. True if it was logged.
  bool done(const std::string& subject);

 private:
  bool remember(const std::string& subject, const std::string& reason);

  std::map<std::string, std::string> reasons_;  // by subject; none where all is well
};

}  // namespace connected_registry::controller
