#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include "report/report.h"

namespace connected_registry::report {
namespace {

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kYellow = "\x1b[1;33m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kPlain = "\x1b[0m";

// Escapes control characters: the name of a file or a value must not command the terminal.
std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    // U+0080 to U+009F, which some terminals take for escapes, are C2 80 to C2 9F.
    const bool high = byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
    if (byte >= ' ' && byte != 0x7F && !high) {
      out.push_back(text[at]);
      continue;
    }
    char escape[8];
    const unsigned code = high ? static_cast<unsigned char>(text[++at]) : byte;
    std::snprintf(escape, sizeof escape, "\\x%02x", code);
    out += escape;
  }
  return out;
}

class TextReport {
 public:
  explicit TextReport(bool colour) : colour_(colour) {}

  void add(const values::LocatedFinding& located) {
    const settings::Finding& finding = located.finding;
    const bool error = finding.severity == settings::Severity::kError;
    const std::string where = where_of(located.location);
    if (!where.empty()) paint(kBold, where + ": ");
    paint(error ? kRed : kYellow, std::string(name_of(finding.severity)) + " " + std::string(finding.id));
    if (!finding.path.empty()) out_ += " " + printable(finding.path);
    out_ += ": " + printable(finding.message) + "\n";
    write_excerpt(located.location);
    out_ += "  fix: " + finding.fix + "\n";
    out_ += "  see: " + settings::link(finding.id) + "\n";
    out_ += "\n";
  }

  std::string take(const std::string& last) {
    out_ += last + "\n";
    return std::move(out_);
  }

 private:
  static std::string where_of(const values::PrintedLocation& location) {
    if (!location.argument.empty()) return printable(location.argument);
    std::string where = printable(location.file);
    if (location.line > 0) where += ":" + std::to_string(location.line);
    if (location.line > 0 && location.column > 0) where += ":" + std::to_string(location.column);
    return where;
  }

  void write_excerpt(const values::PrintedLocation& location) {
    if (location.excerpt.empty()) return;
    const std::string number = location.line > 0 ? std::to_string(location.line) : "";
    out_ += "  " + number + " | " + printable(location.excerpt) + "\n";
    if (location.caret < 1) return;
    out_ += "  " + std::string(number.size(), ' ') + " | " +
            std::string(static_cast<std::size_t>(location.caret) - 1, ' ');
    paint(kGreen, "^");
    out_ += "\n";
  }

  void paint(std::string_view colour, std::string_view text) {
    if (colour_) out_ += colour;
    out_ += text;
    if (colour_) out_ += kPlain;
  }

  bool colour_;
  std::string out_;
};

}  // namespace

std::string to_text(const Findings& findings, bool colour) {
  TextReport report(colour);
  for (const values::LocatedFinding& each : findings) report.add(each);
  return report.take(findings.empty() ? "no findings" : counts(findings));
}

std::string rules_to_text() {
  std::string out;
  for (const settings::Rule& rule : settings::catalogue()) {
    out.append(rule.id).append(" ").append(name_of(rule.severity));
    if (!rule.path.empty()) out.append(" ").append(rule.path);
    out.append(": ").append(rule.title).append("\n");
    out.append("  fix: ").append(rule.fix).append("\n");
    out.append("  see: ").append(settings::link(rule.id)).append("\n");
  }
  return out;
}

}  // namespace connected_registry::report
