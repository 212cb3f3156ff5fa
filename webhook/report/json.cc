#include <cstdint>
#include <string>
#include <utility>

#include "base/json.h"
#include "report/report.h"

namespace connected_registry::report {
namespace {

json::Value location_of(const values::PrintedLocation& location, json::Allocator& allocator) {
  if (location.file.empty() && location.argument.empty()) return json::Value();
  json::Value value(rapidjson::kObjectType);
  if (!location.argument.empty()) {
    json::set(value, "argument", location.argument, allocator);
    return value;
  }
  json::set(value, "file", location.file, allocator);
  if (location.line > 0) {
    json::set(value, "line", json::Value(location.line), allocator);
    json::set(value, "column", json::Value(location.column), allocator);
  }
  return value;
}

json::Value to_value(const values::LocatedFinding& located, json::Allocator& allocator) {
  const settings::Finding& finding = located.finding;
  json::Value value(rapidjson::kObjectType);
  json::set(value, "id", finding.id, allocator);
  json::set(value, "severity", name_of(finding.severity), allocator);
  json::set(value, "path", finding.path, allocator);
  json::set(value, "message", finding.message, allocator);
  json::set(value, "fix", finding.fix, allocator);
  json::set(value, "link", settings::link(finding.id), allocator);
  json::set(value, "location", location_of(located.location, allocator), allocator);
  return value;
}

}  // namespace

std::string to_json(const Findings& findings) {
  json::Document out(rapidjson::kObjectType);
  json::Allocator& allocator = out.GetAllocator();
  std::uint64_t errors = 0;
  json::Value list(rapidjson::kArrayType);
  for (const values::LocatedFinding& each : findings) {
    if (each.finding.severity == settings::Severity::kError) ++errors;
    list.PushBack(to_value(each, allocator), allocator);
  }
  json::set(out, "version", json::Value(1), allocator);
  json::set(out, "errors", json::Value(errors), allocator);
  json::set(out, "warnings", json::Value(static_cast<std::uint64_t>(findings.size()) - errors), allocator);
  json::set(out, "findings", std::move(list), allocator);
  return json::to_pretty_text(out);
}

std::string rules_to_json() {
  json::Document out(rapidjson::kArrayType);
  json::Allocator& allocator = out.GetAllocator();
  for (const settings::Rule& rule : settings::catalogue()) {
    json::Value value(rapidjson::kObjectType);
    json::set(value, "id", rule.id, allocator);
    json::set(value, "severity", name_of(rule.severity), allocator);
    json::set(value, "path", rule.path, allocator);
    json::set(value, "title", rule.title, allocator);
    json::set(value, "fix", rule.fix, allocator);
    json::set(value, "link", settings::link(rule.id), allocator);
    out.PushBack(value, allocator);
  }
  return json::to_pretty_text(out);
}

}  // namespace connected_registry::report
