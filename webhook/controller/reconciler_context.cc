#include "controller/reconciler_context.h"

#include "base/log.h"

namespace connected_registry::controller {

bool ReconcilerContext::log_write(const std::string& subject, const Result<json::Document>& result) {
  if (!result) {
    progress.failed(subject, result.error().message);
    return false;
  }
  if (!progress.done(subject)) log::info("written", {{"object", subject}});
  return true;
}

bool ReconcilerContext::write_once(const std::string& subject, const kube::CachedObject& observed,
                                   const std::string& content,
                                   const std::function<Result<json::Document>()>& write) {
  switch (expectations.pending(subject, observed.revision, content, clock())) {
    case Expectations::Pending::kSame:
      return true;
    case Expectations::Pending::kOther:
      return false;
    case Expectations::Pending::kNone:
      break;
  }
  const auto result = write();
  if (result) expectations.expect(subject, observed.revision, content, clock());
  return log_write(subject, result);
}

}  // namespace connected_registry::controller
