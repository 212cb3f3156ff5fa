// SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/.
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/version.h"
#include "report/report.h"

namespace connected_registry::report {
namespace {

constexpr std::string_view kSchema = "https://json.schemastore.org/sarif-2.1.0.json";
constexpr std::string_view kHome = "https://github.com/connected-registry/connected-registry";

json::Value object() {
  return json::Value(rapidjson::kObjectType);
}

json::Value list_of(json::Value value, json::Allocator& allocator) {
  json::Value list(rapidjson::kArrayType);
  list.PushBack(value, allocator);
  return list;
}

json::Value message(std::string_view text, json::Allocator& allocator) {
  json::Value value = object();
  json::set(value, "text", text, allocator);
  return value;
}

// A relative reference or a file: URI of RFC 3986.
std::string uri(const std::string& file) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const std::string normal = std::filesystem::path(file).lexically_normal().string();
  std::string out = normal.starts_with('/') ? "file://" : "";
  for (const char each : normal) {
    const auto byte = static_cast<unsigned char>(each);
    if (kUnreserved.find(each) != std::string_view::npos) {
      out.push_back(each);
    } else {
      out.append({'%', kDigits[byte >> 4U], kDigits[byte & 0xFU]});
    }
  }
  return out;
}

json::Value to_rule(const settings::Rule& rule, json::Allocator& allocator) {
  json::Value value = object();
  json::set(value, "id", rule.id, allocator);
  json::set(value, "shortDescription", message(rule.title, allocator), allocator);
  json::set(value, "help", message("Fix: " + std::string(rule.fix) + ".", allocator), allocator);
  json::set(value, "helpUri", settings::link(rule.id), allocator);
  json::Value level = object();
  json::set(level, "level", name_of(rule.severity), allocator);
  json::set(value, "defaultConfiguration", std::move(level), allocator);
  return value;
}

json::Value to_location(const values::LocatedFinding& located, json::Allocator& allocator) {
  const values::PrintedLocation& location = located.location;
  json::Value value = object();
  if (!location.file.empty()) {
    json::Value artifact = object();
    json::set(artifact, "uri", uri(location.file), allocator);
    json::Value region = object();
    json::set(region, "startLine", json::Value(location.line > 0 ? location.line : 1), allocator);
    if (location.column > 0) json::set(region, "startColumn", json::Value(location.column), allocator);
    json::Value physical = object();
    json::set(physical, "artifactLocation", std::move(artifact), allocator);
    json::set(physical, "region", std::move(region), allocator);
    json::set(value, "physicalLocation", std::move(physical), allocator);
  }
  if (!located.finding.path.empty()) {
    json::Value logical = object();
    json::set(logical, "fullyQualifiedName", located.finding.path, allocator);
    json::set(value, "logicalLocations", list_of(std::move(logical), allocator), allocator);
  }
  return value;
}

json::Value to_result(const values::LocatedFinding& located, json::Allocator& allocator) {
  const settings::Finding& finding = located.finding;
  const std::string text = (finding.path.empty() ? "" : finding.path + ": ") + sentence(finding);
  json::Value result = object();
  json::set(result, "ruleId", finding.id, allocator);
  json::set(result, "level", name_of(finding.severity), allocator);
  json::set(result, "message", message(text, allocator), allocator);
  json::Value location = to_location(located, allocator);
  const bool empty = location.ObjectEmpty();
  json::set(result, "locations",
            empty ? json::Value(rapidjson::kArrayType) : list_of(std::move(location), allocator), allocator);
  return result;
}

}  // namespace

std::string to_sarif(const Findings& findings) {
  json::Document out(rapidjson::kObjectType);
  json::Allocator& allocator = out.GetAllocator();
  json::Value rules(rapidjson::kArrayType);
  for (const settings::Rule& rule : settings::catalogue())
    rules.PushBack(to_rule(rule, allocator), allocator);
  json::Value driver = object();
  json::set(driver, "name", "connected-registry check", allocator);
  json::set(driver, "version", version(), allocator);
  json::set(driver, "informationUri", kHome, allocator);
  json::set(driver, "rules", std::move(rules), allocator);
  json::Value tool = object();
  json::set(tool, "driver", std::move(driver), allocator);
  json::Value results(rapidjson::kArrayType);
  for (const values::LocatedFinding& each : findings) results.PushBack(to_result(each, allocator), allocator);
  json::Value run = object();
  json::set(run, "tool", std::move(tool), allocator);
  json::set(run, "columnKind", "unicodeCodePoints", allocator);
  json::set(run, "results", std::move(results), allocator);
  json::set(out, "$schema", kSchema, allocator);
  json::set(out, "version", "2.1.0", allocator);
  json::set(out, "runs", list_of(std::move(run), allocator), allocator);
  return json::to_pretty_text(out);
}

}  // namespace connected_registry::report
