#include "controller/progress_log.h"

#include "base/log.h"

namespace connected_registry::controller {

bool ProgressLog::remember(const std::string& subject, const std::string& reason) {
  std::string& last = reasons_[subject];
  if (last == reason) return false;
  last = reason;
  return true;
}

bool ProgressLog::waiting(const std::string& subject, const std::string& reason) {
  if (!remember(subject, reason)) return false;
  log::info("waiting", {{"for", subject}, {"reason", reason}});
  return true;
}

bool ProgressLog::failed(const std::string& subject, const std::string& reason) {
  if (!remember(subject, reason)) return false;
  log::warning("not done", {{"what", subject}, {"reason", reason}});
  return true;
}

bool ProgressLog::done(const std::string& subject) {
  if (reasons_.erase(subject) == 0) return false;
  log::info("done", {{"what", subject}});
  return true;
}

}  // namespace connected_registry::controller
