// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
#include <string>
#include <string_view>

#include "report/report.h"

namespace connected_registry::report {
namespace {

// Escapes the characters that end a command or a property of one.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char each : text) {
    switch (each) {
      case '%':
        out += "%25";
        break;
      case '\r':
        out += "%0D";
        break;
      case '\n':
        out += "%0A";
        break;
      case ':':
        out += property ? "%3A" : ":";
        break;
      case ',':
        out += property ? "%2C" : ",";
        break;
      default:
        out.push_back(each);
    }
  }
  return out;
}

}  // namespace

std::string to_github(const Findings& findings) {
  std::string out;
  for (const values::LocatedFinding& located : findings) {
    const settings::Finding& finding = located.finding;
    const values::PrintedLocation& location = located.location;
    out.append("::").append(name_of(finding.severity)).append(" ");
    if (!location.file.empty()) out += "file=" + escaped(location.file, true) + ",";
    if (location.line > 0)
      out += "line=" + std::to_string(location.line) + ",col=" + std::to_string(location.column) + ",";
    out.append("title=").append(finding.id).append("::");
    std::string text = finding.path;
    if (!text.empty()) text += ": ";
    if (!location.argument.empty()) text = location.argument + ": " + text;
    text += sentence(finding) + "\n" + settings::link(finding.id);
    out += escaped(text, false) + "\n";
  }
  return out;
}

}  // namespace connected_registry::report
