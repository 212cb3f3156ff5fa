#include "manifest/read.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "values/json_problem.h"
#include "values/node.h"
#include "values/source_text.h"
#include "values/yaml_reader.h"

namespace connected_registry::manifest {
namespace {

using values::Node;
using values::Problem;

using Documents = std::vector<json::Document>;

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

// Keeps the last of the members with the same name, as kubectl does.
void keep_last_members(json::Value& value, json::Allocator& allocator) {
  if (value.IsArray()) {
    for (json::Value& each : value.GetArray()) keep_last_members(each, allocator);
  }
  if (!value.IsObject()) return;
  std::map<std::string_view, std::size_t> last;
  std::size_t index = 0;
  for (auto member = value.MemberBegin(); member != value.MemberEnd(); ++member) {
    keep_last_members(member->value, allocator);
    last[json::view(member->name)] = index++;
  }
  if (last.size() == value.MemberCount()) return;
  std::vector<bool> kept(index);
  for (const auto& [name, place] : last) kept[place] = true;
  json::Value object(rapidjson::kObjectType);
  index = 0;
  for (auto member = value.MemberBegin(); member != value.MemberEnd(); ++member) {
    if (kept[index++]) object.AddMember(member->name, member->value, allocator);
  }
  value.Swap(object);
}

constexpr std::string_view kSpace = " \t\r\n";

Problem too_many_documents() {
  return {0, 0,
          "it contains more than " + std::to_string(kMaxManifestDocuments) +
              " documents, the limit for a file that is read into memory: split it"};
}

// Returns the problem of the JSON object at `offset`.
Problem problem_of_object(std::string_view text, std::size_t offset) {
  Problem place = values::problem_at(text, offset, "the JSON object that begins here is not valid JSON");
  const auto problem = values::find_json_problem(text.substr(offset));
  if (problem && problem->line > 0) {
    place.column = problem->line == 1 ? place.column + problem->column - 1 : problem->column;
    place.line += problem->line - 1;
    place.message = problem->message;
  }
  return place;
}

// Reads JSON objects, one after the other. Returns false if the text is no JSON. It may be YAML then, which
// has a similar form for maps.
tl::expected<bool, Problem> read_json_objects(std::string_view text, Documents& documents) {
  Documents read;
  for (std::size_t at = text.find_first_not_of(kSpace); at != std::string_view::npos;) {
    if (text[at] != '{') return false;
    std::size_t size = 0;
    auto document = json::parse_first(text.substr(at), size);
    if (!document && read.empty()) return false;
    if (!document) return tl::unexpected(problem_of_object(text, at));
    if (read.size() == kMaxManifestDocuments) return tl::unexpected(too_many_documents());
    keep_last_members(*document, document->GetAllocator());
    read.push_back(std::move(*document));
    at = text.find_first_not_of(kSpace, at + size);
  }
  std::move(read.begin(), read.end(), std::back_inserter(documents));
  return true;
}

class Reader {
 public:
  // Adds the values of a part of the file.
  std::optional<Problem> read(const values::DocumentText& document) {
    const std::size_t first = document.text.find_first_not_of(kSpace);
    if (first != std::string_view::npos && document.text[first] == '{') {
      const auto is_json = read_json_objects(document.text, documents_);
      if (!is_json) return placed(is_json.error(), document);
      if (*is_json) return std::nullopt;
    }
    if (const auto problem = values::find_bad_character(document.text)) return placed(*problem, document);
    const auto node = values::read_document(
        document, {.numbers = values::NumberForm::kExact, .max_values = kMaxManifestValues}, count_);
    if (!node) return node.error();
    if (!node->is_null()) add(*node);
    return std::nullopt;
  }

  std::size_t size() const { return documents_.size(); }
  Documents documents() && { return std::move(documents_); }

 private:
  static Problem placed(Problem problem, const values::DocumentText& document) {
    if (problem.line > 0) problem.line += document.lines_before;
    return problem;
  }

  void add(const Node& node) {
    json::Document document;
    json::Value root = in_order(node, document.GetAllocator());
    static_cast<json::Value&>(document).Swap(root);
    documents_.push_back(std::move(document));
  }

  std::size_t count_ = 0;
  Documents documents_;
};

tl::unexpected<Error> error_at(std::string_view name, const Problem& problem) {
  std::string message(name);
  if (problem.line > 0) {
    message += ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
  }
  return fail(ErrorCode::kInvalidArgument, message + ": " + problem.message);
}

}  // namespace

Result<Documents> read(std::string_view text, std::string_view name) {
  if (text.size() > kMaxManifestBytes) {
    return error_at(name, {0, 0,
                           "it is larger than " + std::to_string(kMaxManifestBytes >> 20U) +
                               " MiB, the limit for a file that is read into memory: split it"});
  }
  const std::string normalized = values::normalized(text);
  const auto parts = values::split_documents(normalized);
  if (!parts) return error_at(name, parts.error());
  Reader reader;
  for (const values::DocumentText& part : *parts) {
    if (const auto problem = reader.read(part)) return error_at(name, *problem);
    if (reader.size() > kMaxManifestDocuments) return error_at(name, too_many_documents());
  }
  return std::move(reader).documents();
}

}  // namespace connected_registry::manifest
