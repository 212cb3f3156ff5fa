#include "sync/status_table.h"

#include <vector>

#include "base/table.h"

namespace connected_registry::sync {
namespace {

std::string_view result_of(const contract::RepositoryReport& repository) {
  if (!repository.last_run) return "Waiting";
  return repository.reason.empty() ? "Succeeded" : "Failed";
}

std::string message_of(const contract::RepositoryReport& repository) {
  if (repository.reason.empty()) return repository.message;
  return repository.reason + (repository.message.empty() ? "" : ": " + repository.message);
}

}  // namespace

std::string status_table(const contract::SyncReport& report, TimePoint now) {
  std::vector<std::vector<std::string>> rows{{"REPOSITORY", "RESULT", "RUN", "SUCCEEDED", "MESSAGE"}};
  for (const contract::RepositoryReport& each : report.repositories) {
    rows.push_back({each.repository, std::string(result_of(each)), age(each.last_run, now),
                    age(each.last_success, now), message_of(each)});
  }
  return to_table(rows);
}

}  // namespace connected_registry::sync
