#include "trust/agent/status_table.h"

#include <algorithm>
#include <chrono>

#include "base/table.h"

namespace connected_registry::trust {
namespace {

using Row = std::vector<std::string>;

Row row_of(const contract::NodeReport& report, TimePoint now) {
  const contract::NodeStatus& status = report.status;
  return {report.node,
          is_silent(status, now) ? "Silent" : std::string(to_string(status.state)),
          age(status.verified, now),
          status.authority.empty() ? "-" : status.authority,
          status.runtimes.empty() ? "-" : status.runtimes,
          std::to_string(status.files),
          status.message};
}

}  // namespace

bool is_silent(const contract::NodeStatus& status, TimePoint now) {
  constexpr std::chrono::minutes kMaxAge{5};  // an agent reports about once a minute
  return status.state == contract::NodeState::kTrusted && status.verified && now - *status.verified > kMaxAge;
}

std::string status_table(std::vector<contract::NodeReport> reports, TimePoint now) {
  std::sort(reports.begin(), reports.end(),
            [](const contract::NodeReport& one, const contract::NodeReport& other) {
              return one.node < other.node;
            });
  std::vector<Row> rows{{"NODE", "STATE", "VERIFIED", "CA", "RUNTIMES", "FILES", "MESSAGE"}};
  for (const contract::NodeReport& report : reports) rows.push_back(row_of(report, now));
  return to_table(rows);
}

}  // namespace connected_registry::trust
