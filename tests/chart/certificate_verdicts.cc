// Says what the program makes of a server's TLS material, by calling the very function of `check`, of the
// controller and of the certificate watcher.
//
// Standard input holds a JSON object a line: {"certificate": PEM, "key": PEM, "authority": PEM, "address":
// text, "now": Unix seconds}. Standard output gets one a line, in the same order:
//   {"errors": the problems that refuse it, "warnings": the others}
#include <chrono>
#include <string>

#include "answer_lines.h"
#include "base/json.h"
#include "x509/server_material.h"

namespace connected_registry {
namespace {

Result<std::string> part_of(const json::Value& question, const char* name) {
  std::string text(json::string_at(question, {name}));
  if (text.empty()) return fail(ErrorCode::kNotFound, "missing");
  return text;
}

std::string answer_question(const json::Value& question) {
  const TimePoint now{std::chrono::seconds(question["now"].GetInt64())};
  const x509::Inspection inspection = x509::inspect_server_material(
      {.certificate = part_of(question, "certificate"),
       .key = part_of(question, "key"),
       .authority = part_of(question, "authority")},
      {.address = std::string(json::string_at(question, {"address"})), .now = now});
  json::Document document(rapidjson::kObjectType);
  auto& allocator = document.GetAllocator();
  json::Value errors(rapidjson::kArrayType);
  json::Value warnings(rapidjson::kArrayType);
  for (const x509::Problem& problem : inspection.problems) {
    const std::string line = x509::PartNames().of(problem.part) + ": " + x509::describe(problem);
    (x509::is_warning(problem.code) ? warnings : errors)
        .PushBack(json::Value(line.c_str(), allocator), allocator);
  }
  document.AddMember("errors", errors, allocator);
  document.AddMember("warnings", warnings, allocator);
  return json::to_text(document);
}

}  // namespace
}  // namespace connected_registry

int main() {
  return connected_registry::answer_lines(connected_registry::answer_question);
}
