#include "inject/patch.h"

#include <utility>

namespace connected_registry::inject {

std::string pointer_token(std::string_view name) {
  std::string out;
  for (const char character : name) {
    if (character == '~') {
      out += "~0";
    } else if (character == '/') {
      out += "~1";
    } else {
      out += character;
    }
  }
  return out;
}

void Patch::add(std::string_view pointer, json::Value value) {
  json::Value operation(rapidjson::kObjectType);
  json::set(operation, "op", "add", allocator());
  json::set(operation, "path", pointer, allocator());
  json::set(operation, "value", std::move(value), allocator());
  operations_.PushBack(operation, allocator());
}

void Patch::add(std::string_view pointer, std::string_view text) {
  add(pointer, json::string_value(text, allocator()));
}

void Patch::append(const json::Value& object, const std::string& pointer, std::string_view name,
                   json::Value entries) {
  if (entries.Empty()) return;
  const std::string at = pointer + "/" + pointer_token(name);
  const json::Value* existing = json::find(object, {name});
  if (existing == nullptr || !existing->IsArray()) return add(at, std::move(entries));
  for (json::Value& entry : entries.GetArray()) add(at + "/-", std::move(entry));
}

void Patch::merge(const json::Value& object, const std::string& pointer, std::string_view name,
                  json::Value members) {
  if (members.ObjectEmpty()) return;
  const std::string at = pointer + "/" + pointer_token(name);
  const json::Value* existing = json::find(object, {name});
  if (existing == nullptr || !existing->IsObject()) return add(at, std::move(members));
  for (auto member = members.MemberBegin(); member != members.MemberEnd(); ++member) {
    add(at + "/" + pointer_token(json::view(member->name)), std::move(member->value));
  }
}

std::string Patch::to_text() const {
  return empty() ? std::string() : json::to_text(operations_);
}

}  // namespace connected_registry::inject
