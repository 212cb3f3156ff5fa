// Builds a JSON Patch (RFC 6902) of "add" operations.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace connected_registry::inject {

// One reference token of a JSON Pointer (RFC 6901): '~' and '/' escaped.
std::string pointer_token(std::string_view name);

class Patch {
 public:
  Patch() : operations_(rapidjson::kArrayType) {}

  // `value` must be made with allocator().
  void add(std::string_view pointer, json::Value value);
  void add(std::string_view pointer, std::string_view text);

  // Adds entries to the array object[name], which is at `pointer`/name: the whole array where there is none
  // yet, else one operation an entry. Nothing for no entries.
  void append(const json::Value& object, const std::string& pointer, std::string_view name,
              json::Value entries);
  // The same for the members of a map of texts.
  void merge(const json::Value& object, const std::string& pointer, std::string_view name,
             json::Value members);

  json::Allocator& allocator() { return operations_.GetAllocator(); }
  bool empty() const { return operations_.Empty(); }
  // "" where there is nothing to do.
  std::string to_text() const;

 private:
  json::Document operations_;
};

}  // namespace connected_registry::inject
