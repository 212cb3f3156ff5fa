#include "base/table.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace connected_registry {

std::string to_table(const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty()) return {};
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths.at(column) = std::max(widths.at(column), row[column].size());
    }
  }
  constexpr std::size_t kGap = 2;
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t column = 0; column + 1 < row.size(); ++column) {
      text.append(row[column]).append(widths[column] - row[column].size() + kGap, ' ');
    }
    text.append(row.back()).append("\n");
  }
  return text;
}

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

}  // namespace connected_registry
