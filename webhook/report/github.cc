// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
#include <string>
#include <string_view>

#include "report/report.h"

namespace connected_registry::report {
namespace {

// What ends a command or a property of one must not stand in it.
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
  for (const values::Located& located : findings) {
    const settings::Finding& finding = located.finding;
    const values::Place& place = located.place;
    out.append("::").append(name_of(finding.severity)).append(" ");
    if (!place.file.empty()) out += "file=" + escaped(place.file, true) + ",";
    if (place.line > 0)
      out += "line=" + std::to_string(place.line) + ",col=" + std::to_string(place.column) + ",";
    out.append("title=").append(finding.id).append("::");
    std::string text = finding.path;
    if (!text.empty()) text += ": ";
    if (!place.argument.empty()) text = place.argument + ": " + text;
    text += sentence(finding) + "\n" + settings::link(finding.id);
    out += escaped(text, false) + "\n";
  }
  return out;
}

}  // namespace connected_registry::report
