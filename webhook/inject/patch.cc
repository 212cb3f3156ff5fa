#include "inject/patch.h"

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

void Patch::add(std::string_view pointer, const json::Value& value) {
  empty_ = false;
  writer_.begin_object();
  writer_.member("op", "add");
  writer_.member("path", pointer);
  writer_.key("value");
  writer_.value(value);
  writer_.end_object();
}

void Patch::add(std::string_view pointer, std::string_view text) {
  add(pointer, json::string_value(text, allocator()));
}

void Patch::append(const json::Value& object, const std::string& pointer, std::string_view name,
                   json::Value entries) {
  if (entries.Empty()) return;
  const std::string at = pointer + "/" + pointer_token(name);
  const json::Value* existing = json::find(object, {name});
  if (existing == nullptr || !existing->IsArray()) return add(at, entries);
  for (const json::Value& entry : entries.GetArray()) add(at + "/-", entry);
}

void Patch::merge(const json::Value& object, const std::string& pointer, std::string_view name,
                  json::Value members) {
  if (members.ObjectEmpty()) return;
  const std::string at = pointer + "/" + pointer_token(name);
  const json::Value* existing = json::find(object, {name});
  if (existing == nullptr || !existing->IsObject()) return add(at, members);
  for (auto member = members.MemberBegin(); member != members.MemberEnd(); ++member) {
    add(at + "/" + pointer_token(json::view(member->name)), member->value);
  }
}

std::string Patch::to_text() {
  if (empty_) return {};
  writer_.end_array();
  return writer_.text();
}

}  // namespace connected_registry::inject
