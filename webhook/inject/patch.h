// Builds a JSON Patch (RFC 6902) of "add" operations.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/json_writer.h"

namespace connected_registry::inject {

// One reference token of a JSON Pointer (RFC 6901): '~' and '/' escaped.
std::string pointer_token(std::string_view name);

class Patch {
 public:
  Patch() { writer_.begin_array(); }

  void add(std::string_view pointer, const json::Value& value);
  void add(std::string_view pointer, std::string_view text);

  // Adds entries to the array object[name], which is at `pointer`/name: the whole array where there is none
  // yet, else one operation an entry. Nothing for no entries.
  void append(const json::Value& object, const std::string& pointer, std::string_view name,
              json::Value entries);
  // The same for the members of a map of texts.
  void merge(const json::Value& object, const std::string& pointer, std::string_view name,
             json::Value members);

  // For values to add: they need not outlive the call that adds them.
  json::Allocator& allocator() { return values_.GetAllocator(); }
  bool empty() const { return empty_; }
  // "" where there is nothing to do. Nothing can be added afterwards.
  std::string to_text();

 private:
  json::Document values_;
  json::TextWriter writer_;
  bool empty_ = true;
};

}  // namespace connected_registry::inject
