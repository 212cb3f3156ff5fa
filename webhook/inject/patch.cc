#include "inject/patch.h"

namespace connected_registry::inject {

void append_token(std::string& pointer, std::string_view name) {
  pointer += '/';
  for (const char character : name) {
    if (character == '~') {
      pointer += "~0";
    } else if (character == '/') {
      pointer += "~1";
    } else {
      pointer += character;
    }
  }
}

// Writes an operation up to its value.
void Patch::begin(std::string_view pointer) {
  empty_ = false;
  writer_.raw_prefix(R"({"op":"add","path":)");
  writer_.string(pointer);
  writer_.key("value");
}

void Patch::write_value(const MapEntry& entry) {
  if (entry.json.empty()) {
    writer_.string(entry.value);
  } else {
    writer_.raw(entry.json);
  }
}

void Patch::append(const json::Value& object, std::string_view pointer, std::string_view name,
                   std::span<const std::string_view> entries) {
  if (entries.empty()) return;
  append_token(pointer_.assign(pointer), name);
  const json::Value* existing = json::member(object, name);
  if (existing == nullptr || !existing->IsArray()) {
    begin(pointer_);
    writer_.begin_array();
    for (const std::string_view entry : entries) writer_.raw(entry);
    writer_.end_array();
    return end();
  }
  pointer_ += "/-";
  for (const std::string_view entry : entries) {
    begin(pointer_);
    writer_.raw(entry);
    end();
  }
}

void Patch::merge(const json::Value& object, std::string_view pointer, std::string_view name,
                  std::span<const MapEntry> members) {
  if (members.empty()) return;
  append_token(pointer_.assign(pointer), name);
  const json::Value* existing = json::member(object, name);
  if (existing == nullptr || !existing->IsObject()) {
    begin(pointer_);
    writer_.begin_object();
    for (const MapEntry& each : members) {
      writer_.key(each.name);
      write_value(each);
    }
    writer_.end_object();
    return end();
  }
  const std::size_t length = pointer_.size();
  for (const MapEntry& each : members) {
    pointer_.resize(length);
    append_token(pointer_, each.name);
    begin(pointer_);
    write_value(each);
    end();
  }
}

std::string Patch::to_text() {
  if (empty_) return {};
  writer_.end_array();
  return writer_.text();
}

}  // namespace connected_registry::inject
