#include "trust/status_table.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace connected_registry::trust {
namespace {

constexpr std::size_t kColumns = 7;
using Row = std::array<std::string, kColumns>;

std::string age(const std::optional<TimePoint>& time, TimePoint now) {
  if (!time) return "never";
  constexpr int kSixty = 60;
  constexpr int kDay = 24;
  const auto seconds =
      std::max<long long>(0, std::chrono::duration_cast<std::chrono::seconds>(now - *time).count());
  if (seconds < 2LL * kSixty) return std::to_string(seconds) + "s ago";
  if (seconds < 2LL * kSixty * kSixty) return std::to_string(seconds / kSixty) + "m ago";
  if (seconds < 2LL * kSixty * kSixty * kDay) return std::to_string(seconds / kSixty / kSixty) + "h ago";
  return std::to_string(seconds / kSixty / kSixty / kDay) + "d ago";
}

Row row_of(const NodeReport& report, TimePoint now) {
  const NodeStatus& status = report.status;
  return {report.node,
          is_silent(status, now) ? "Silent" : std::string(to_string(status.state)),
          age(status.verified, now),
          status.authority.empty() ? "-" : status.authority,
          status.runtimes.empty() ? "-" : status.runtimes,
          std::to_string(status.files),
          status.message};
}

}  // namespace

bool is_silent(const NodeStatus& status, TimePoint now) {
  constexpr std::chrono::minutes kPatience{5};  // five of an agent's reports
  return status.state == NodeState::kTrusted && status.verified && now - *status.verified > kPatience;
}

std::string status_table(std::vector<NodeReport> reports, TimePoint now) {
  std::sort(reports.begin(), reports.end(),
            [](const NodeReport& one, const NodeReport& other) { return one.node < other.node; });
  std::vector<Row> rows{{"NODE", "STATE", "VERIFIED", "CA", "RUNTIMES", "FILES", "MESSAGE"}};
  for (const NodeReport& report : reports) rows.push_back(row_of(report, now));
  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (std::size_t column = 0; column < kColumns; ++column) {
      widths.at(column) = std::max(widths.at(column), row.at(column).size());
    }
  }
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t column = 0; column + 1 < kColumns; ++column) {
      text += row.at(column) + std::string(widths.at(column) - row.at(column).size() + 2, ' ');
    }
    text += row.back() + "\n";
  }
  return text;
}

}  // namespace connected_registry::trust
