// Says what `check` and the programs that use a value make of it, by calling the very functions.
//
// Standard input holds a JSON object a line: {"kind": …, "value": text}, of kind no_proxy with "hosts"
// (HOST:PORT). Standard output gets one a line, in the same order:
//   {"findings": lines of check, "program": whether the program that uses the value takes it,
//    "valid": for an address, whether it is one, "next": for a schedule, Unix seconds after each of "after",
//    0: never, "exempt": for no_proxy, whether each host is left to a direct connection}
#include <chrono>
#include <string>

#include "answer_lines.h"
#include "base/json.h"
#include "base/schedule.h"
#include "contract/registry_document.h"
#include "inject/environment.h"
#include "inject/proxy.h"
#include "net/address.h"
#include "net/endpoint.h"
#include "net/no_proxy.h"
#include "settings/rules.h"
#include "settings/settings.h"
#include "sync/sync_config.h"

namespace connected_registry {
namespace {

json::Document parsed(const std::string& text) {
  auto document = json::parse(text);
  if (!document) throw std::runtime_error(document.error().message);
  return std::move(*document);
}

std::string json_text(std::string_view text) {
  json::Document document(rapidjson::kStringType);
  document.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()), document.GetAllocator());
  return json::to_text(document);
}

struct Answer {
  explicit Answer(const json::Value& question) : value(json::string_at(question, {"value"})) {}

  void add_list(std::string_view name) {
    document.AddMember(json::Value(name.data(), static_cast<rapidjson::SizeType>(name.size()), allocator),
                       json::Value(rapidjson::kArrayType), allocator);
  }
  template <typename Item>
  void append(const char* list, Item item) {
    document[list].PushBack(json::Value(item), allocator);
  }
  void set(const char* name, bool flag) {
    document.AddMember(json::Value(name, allocator), json::Value(flag), allocator);
  }

  // The findings of check for these values, a JSON object.
  settings::Settings check(const std::string& values) {
    std::vector<settings::Finding> findings;
    settings::Settings read = settings::read_values(*settings::view_json(parsed(values)), findings);
    for (const auto& each : settings::check(read, kNow)) findings.push_back(each);
    add_list("findings");
    for (const settings::Finding& each : findings) {
      document["findings"].PushBack(json::Value(settings::to_line(each).c_str(), allocator), allocator);
    }
    return read;
  }

  static constexpr TimePoint kNow{std::chrono::seconds(1'800'000'000)};
  std::string value;
  json::Document document{rapidjson::kObjectType};
  json::Document::AllocatorType& allocator = document.GetAllocator();
};

bool is_sync_config(const std::string& members) {
  return sync::parse_sync_config("{" + members + "}").has_value();
}

void answer_schedule(const json::Value& question, Answer& answer) {
  const std::string text = json_text(answer.value);
  answer.check(R"({"sync":{"schedule":)" + text + R"(},"garbageCollection":{"schedule":)" + text + "}}");
  answer.set("program", is_sync_config(R"("repositories":[],"schedule":)" + text));
  answer.add_list("next");
  const auto schedule = Schedule::parse(answer.value);
  for (const json::Value& after : question["after"].GetArray()) {
    if (!schedule) break;
    const auto next = schedule->next(TimePoint(std::chrono::seconds(after.GetInt64())));
    const auto seconds = [&] {
      return std::chrono::duration_cast<std::chrono::seconds>(next->time_since_epoch()).count();
    };
    answer.append("next", next ? std::int64_t{seconds()} : std::int64_t{0});
  }
}

void answer_duration(Answer& answer) {
  const std::string text = json_text(answer.value);
  answer.check(R"({"sync":{"window":)" + text + R"(,"retain":)" + text + "}}");
  answer.set("program", is_sync_config(R"("repositories":[],"schedule":"@daily","window":)" + text +
                                       R"(,"retain":)" + text));
}

// The way of an address: settings, the public document that the controller writes, the agent that reads it.
void answer_address(Answer& answer) {
  const settings::Settings read =
      answer.check(R"({"service":{"clusterIP":)" + json_text(answer.value) + "}}");
  const std::string document =
      contract::render_registry_document({.address = read.service_cluster_ip, .port = 443});
  answer.set("program", contract::parse_registry_document(document).has_value());
  answer.set("valid", net::Address::parse(answer.value).has_value());
}

void answer_expression(Answer& answer) {
  const std::string text = json_text(answer.value);
  answer.check(R"({"sync":{"repositories":[{"name":"app","tags":{"allow":[)" + text + R"(],"deny":[)" + text +
               "]}}]}}");
  answer.set("program",
             is_sync_config(R"("schedule":"@daily","repositories":[{"name":"app","allow":[)" + text + "]}]"));
}

// By the function that the synchronizer calls; for port 443, injection has to say the same.
void answer_no_proxy(const json::Value& question, Answer& answer) {
  answer.add_list("exempt");
  bool agree = true;
  for (const json::Value& host : question["hosts"].GetArray()) {
    const auto endpoint = net::Endpoint::parse(json::view(host)).value();
    const bool exempt = net::is_exempt_from_proxy(answer.value, endpoint.host, endpoint.port.value());
    const inject::OwnVariable variables[] = {{.name = "HTTPS_PROXY", .value = "http://proxy"},
                                             {.name = "NO_PROXY", .value = answer.value}};
    if (endpoint.port == 443) agree = agree && inject::uses_proxy_for(variables, endpoint.host) != exempt;
    answer.append("exempt", exempt);
  }
  answer.set("program", agree);
}

std::string answer_question(const json::Value& question) {
  const std::string_view kind = json::string_at(question, {"kind"});
  Answer answer(question);
  if (kind == "schedule") answer_schedule(question, answer);
  if (kind == "duration") answer_duration(answer);
  if (kind == "address") answer_address(answer);
  if (kind == "expression") answer_expression(answer);
  if (kind == "no_proxy") answer_no_proxy(question, answer);
  return json::to_text(answer.document);
}

}  // namespace
}  // namespace connected_registry

int main() {
  return connected_registry::answer_lines(connected_registry::answer_question);
}
