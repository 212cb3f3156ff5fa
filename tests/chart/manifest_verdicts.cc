// Says how manifests are read and written, by calling the very functions of `connected-registry inject`.
//
// Standard input holds a JSON object a line: {"value": text of a file}. Standard output gets one a line, in
// the same order:
//   {"error": why it is refused, or "documents": [what is read], "yaml": the documents as they are written}
#include <stdexcept>
#include <string>

#include "answer_lines.h"
#include "base/json.h"
#include "manifest/read.h"
#include "manifest/write.h"

namespace connected_registry {
namespace {

std::string answer_question(const json::Value& question) {
  json::Document answer(rapidjson::kObjectType);
  auto& allocator = answer.GetAllocator();
  const auto documents = manifest::read(json::string_at(question, {"value"}), "");
  if (!documents) {
    json::set(answer, "error", documents.error().message, allocator);
    return json::to_text(answer);
  }
  json::Value list(rapidjson::kArrayType);
  for (const json::Document& each : *documents) list.PushBack(json::Value(each, allocator), allocator);
  json::set(answer, "documents", std::move(list), allocator);
  json::set(answer, "yaml", manifest::to_yaml(*documents), allocator);
  return json::to_text(answer);
}

}  // namespace
}  // namespace connected_registry

int main() {
  return connected_registry::answer_lines(connected_registry::answer_question);
}
