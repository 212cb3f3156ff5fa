#include "report/report.h"

#include <algorithm>

namespace connected_registry::report {
namespace {

std::string many(std::ptrdiff_t count, std::string_view name) {
  std::string words = std::to_string(count) + " ";
  return words.append(name).append(count == 1 ? "" : "s");
}

}  // namespace

std::string_view name_of(settings::Severity severity) {
  return severity == settings::Severity::kError ? "error" : "warning";
}

std::string counts(const Findings& findings) {
  const auto errors = std::count_if(findings.begin(), findings.end(), [](const values::LocatedFinding& each) {
    return each.finding.severity == settings::Severity::kError;
  });
  return many(errors, "error") + ", " +
         many(static_cast<std::ptrdiff_t>(findings.size()) - errors, "warning");
}

std::string sentence(const settings::Finding& finding) {
  std::string text = finding.message;
  if (!text.ends_with('?')) text += ".";
  return text + " Fix: " + finding.fix + ".";
}

}  // namespace connected_registry::report
