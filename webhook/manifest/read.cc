#include "manifest/read.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "values/node.h"
#include "values/source_text.h"
#include "values/yaml_reader.h"

namespace connected_registry::manifest {
namespace {

using values::Node;

// values::to_json() sorts members by name; a manifest keeps their order.
json::Value in_order(const Node& node, json::Allocator& allocator) {
  if (node.is_list()) {
    json::Value list(rapidjson::kArrayType);
    for (const Node& each : node.list) list.PushBack(in_order(each, allocator), allocator);
    return list;
  }
  if (!node.is_map()) return values::to_json(node, allocator);
  std::vector<const values::Member*> members;
  for (const values::Member& each : node.map) members.push_back(&each);
  std::stable_sort(members.begin(), members.end(), [](const auto* left, const auto* right) {
    return std::tie(left->at.line, left->at.column) < std::tie(right->at.line, right->at.column);
  });
  json::Value map(rapidjson::kObjectType);
  for (const values::Member* each : members) {
    map.AddMember(json::string_value(each->name, allocator), in_order(each->value, allocator), allocator);
  }
  return map;
}

tl::unexpected<Error> error_at(std::string_view name, const values::Problem& problem) {
  std::string message(name);
  if (problem.line > 0) {
    message += ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
  }
  return fail(ErrorCode::kInvalidArgument, message + ": " + problem.message);
}

}  // namespace

Result<std::vector<json::Document>> read(std::string_view text, std::string_view name) {
  if (const auto problem = values::find_problem(text)) return error_at(name, *problem);
  const std::string normalized = values::normalized(text);
  const auto nodes = values::read_documents(normalized, 0);
  if (!nodes) return error_at(name, nodes.error());
  std::vector<json::Document> documents;
  for (const Node& node : *nodes) {
    json::Document document;
    json::Value root = in_order(node, document.GetAllocator());
    static_cast<json::Value&>(document).Swap(root);
    documents.push_back(std::move(document));
  }
  return documents;
}

}  // namespace connected_registry::manifest
