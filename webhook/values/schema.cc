#include "values/schema.h"

#include <algorithm>
#include <array>
#include <regex>
#include <set>
#include <string>
#include <utility>

#include "values/known_keys.h"

namespace connected_registry::values {
namespace {

using settings::Finding;
using settings::found;

struct TypeName {
  std::string_view schema;
  std::string_view words;
};

constexpr std::array<TypeName, 7> kTypes{{
    {"string", "a text"},
    {"boolean", "true or false"},
    {"integer", "a whole number"},
    {"number", "a number"},
    {"array", "a list"},
    {"object", "a map"},
    {"null", "null"},
}};

bool is_type(const Node& node, std::string_view type) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return type == "null";
    case Node::Kind::kBool:
      return type == "boolean";
    case Node::Kind::kInteger:
      return type == "integer" || type == "number";
    case Node::Kind::kNumber:
      return type == "number";
    case Node::Kind::kText:
      return type == "string";
    case Node::Kind::kList:
      return type == "array";
    case Node::Kind::kMap:
      return type == "object";
  }
  return false;
}

// Those that a schema allows; none: all are.
std::vector<std::string_view> types_of(const json::Value& schema) {
  std::vector<std::string_view> types;
  const json::Value* type = json::find(schema, {"type"});
  if (type == nullptr) return types;
  if (type->IsString()) types.push_back(json::view(*type));
  if (type->IsArray()) {
    for (const json::Value& each : type->GetArray()) types.push_back(json::view(each));
  }
  return types;
}

std::string words_of(const std::vector<std::string_view>& types) {
  std::string words;
  for (const TypeName& each : kTypes) {
    if (each.schema == "null" || std::find(types.begin(), types.end(), each.schema) == types.end()) continue;
    words.append(words.empty() ? "" : " or ").append(each.words);
  }
  return words;
}

// Of texts alone, which are all that the chart's schema asks this of.
bool has_twins(const std::vector<Node>& list) {
  std::set<std::string_view> seen;
  return std::any_of(list.begin(), list.end(),
                     [&seen](const Node& each) { return each.is_text() && !seen.insert(each.text).second; });
}

class Walk {
 public:
  Walk(const json::Value& root, const std::vector<std::string>& known) : root_(root), known_(known) {}

  void check(const Node& node, const json::Value& reference, const std::string& path) {
    const json::Value& schema = resolved(reference, root_);
    if (full() || !judge_type(node, schema, path)) return;
    judge_enumeration(node, schema, path);
    judge_bounds(node, schema, path);
    if (node.is_map()) check_map(node, schema, path);
    const json::Value* items = json::find(schema, {"items"});
    if (!node.is_list() || items == nullptr) return;
    for (std::size_t i = 0; i < node.list.size(); ++i) check(node.list[i], *items, below(path, i));
  }

  std::vector<Finding> take() { return std::move(findings_); }

 private:
  bool full() const { return findings_.size() >= Schema::kMaxFindings; }

  void add(std::string_view id, std::string path, std::string message) {
    if (findings_.size() + 1 == Schema::kMaxFindings)
      message = "there are more findings like this; they are left out";
    if (!full()) findings_.push_back(found(id, std::move(path), std::move(message)));
  }

  bool judge_type(const Node& node, const json::Value& schema, const std::string& path) {
    const std::vector<std::string_view> types = types_of(schema);
    const auto fits = [&](std::string_view type) { return is_type(node, type); };
    if (types.empty() || std::any_of(types.begin(), types.end(), fits)) return true;
    const std::string words = words_of(types);
    if (node.is_text() && words == "true or false") {
      add("CR061", path, "it is a text, not true or false");
    } else {
      add("CR065", path, "it is not " + words);
    }
    return false;
  }

  void judge_enumeration(const Node& node, const json::Value& schema, const std::string& path) {
    const json::Value* allowed = json::find(schema, {"enum"});
    if (allowed == nullptr || !allowed->IsArray()) return;
    std::string words;
    for (const json::Value& each : allowed->GetArray()) {
      if (!each.IsString()) return;
      if (node.is_text() && node.text == json::view(each)) return;
      words.append(words.empty() ? "" : ", ").append(json::view(each));
    }
    add("CR065", path, "it is none of: " + words);
  }

  void judge_bounds(const Node& node, const json::Value& schema, const std::string& path) {
    const bool is_number = node.kind == Node::Kind::kInteger || node.kind == Node::Kind::kNumber;
    const double value = node.kind == Node::Kind::kNumber ? node.number : static_cast<double>(node.integer);
    const json::Value* minimum = json::find(schema, {"minimum"});
    if (is_number && minimum != nullptr && minimum->IsNumber() && value < minimum->GetDouble()) {
      add("CR065", path, "it is less than " + json::to_text(*minimum));
    }
    const json::Value* maximum = json::find(schema, {"maximum"});
    if (is_number && maximum != nullptr && maximum->IsNumber() && value > maximum->GetDouble()) {
      add("CR065", path, "it is more than " + json::to_text(*maximum));
    }
    const json::Value* items = json::find(schema, {"minItems"});
    if (items != nullptr && items->IsUint() && node.is_list() && node.list.size() < items->GetUint()) {
      add("CR065", path, "it has too few entries");
    }
    const json::Value* unique = json::find(schema, {"uniqueItems"});
    if (unique != nullptr && unique->IsTrue() && node.is_list() && has_twins(node.list)) {
      add("CR065", path, "it has an entry twice");
    }
    const json::Value* length = json::find(schema, {"minLength"});
    if (length != nullptr && length->IsUint() && node.is_text() && node.text.size() < length->GetUint()) {
      add("CR065", path, "it is empty");
    }
    judge_text(node, schema, path);
  }

  void judge_text(const Node& node, const json::Value& schema, const std::string& path) {
    if (!node.is_text()) return;
    const json::Value* length = json::find(schema, {"maxLength"});
    if (length != nullptr && length->IsUint() && node.text.size() > length->GetUint()) {
      // And no farther: the standard library's expressions use stack for each character.
      return add("CR065", path, "it is longer than " + json::to_text(*length) + " characters");
    }
    const json::Value* pattern = json::find(schema, {"pattern"});
    if (pattern == nullptr || !pattern->IsString()) return;
    const std::regex expression(std::string(json::view(*pattern)), std::regex::ECMAScript);
    if (!std::regex_search(node.text, expression)) {
      add("CR065", path, "it is not of the form " + std::string(json::view(*pattern)));
    }
  }

  void check_map(const Node& node, const json::Value& schema, const std::string& path) {
    const json::Value* properties = json::find(schema, {"properties"});
    const json::Value* additional = json::find(schema, {"additionalProperties"});
    for (const Member& member : node.map) {
      if (full()) return;
      const json::Value* property = properties == nullptr ? nullptr : json::find(*properties, {member.name});
      if (property == nullptr && additional != nullptr && additional->IsObject()) property = additional;
      if (property != nullptr) {
        check(member.value, *property, below(path, member.name));
      } else if (additional != nullptr && additional->IsFalse()) {
        unknown(below(path, shown_name(member.name)));
      }
    }
    const json::Value* required = json::find(schema, {"required"});
    if (required == nullptr || !required->IsArray()) return;
    for (const json::Value& each : required->GetArray()) {
      if (find(node, json::view(each)) == nullptr)
        add("CR065", below(path, json::view(each)), "it is taken away by null");
    }
  }

  void unknown(std::string path) {
    const std::string nearest = nearest_key(path, known_);
    std::string message = "it is not known";
    if (!nearest.empty()) message += "; did you mean \"" + nearest + "\"?";
    add("CR060", std::move(path), std::move(message));
  }

  const json::Value& root_;
  const std::vector<std::string>& known_;
  std::vector<Finding> findings_;
};

// "imagePullSecrets[0].name" is shown if "imagePullSecrets" is.
std::string_view without_index(std::string_view path) {
  return path.substr(0, path.find('['));
}

}  // namespace

Schema::Schema(json::Document document) : document_(std::move(document)), known_(known_keys(document_)) {}

Result<Schema> Schema::parse(std::string_view text) {
  auto document = json::parse(text);
  if (!document) return fail(document.error(), "values.schema.json");
  return Schema(std::move(*document));
}

std::vector<Finding> Schema::check(const Node& values) const {
  Walk walk(document_, known_);
  walk.check(values, document_, "");
  return walk.take();
}

bool Schema::knows(std::string_view path) const {
  return std::find(known_.begin(), known_.end(), without_index(path)) != known_.end();
}

bool Schema::is_shown(std::string_view path) const {
  return knows(path) && !is_secret(path);
}

}  // namespace connected_registry::values
