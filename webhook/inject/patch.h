// Builds a JSON Patch (RFC 6902) of "add" operations.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/json_writer.h"

namespace connected_registry::inject {

// Appends a reference token to a JSON Pointer (RFC 6901): '~' and '/' escaped.
void append_token(std::string& pointer, std::string_view name);

// A member of a map of strings.
struct MapEntry {
  std::string_view name;
  std::string_view value;
  std::string_view json = {};  // the value as JSON, where it is already rendered
};

// Writes each operation at once, so that nothing is rendered twice.
class Patch {
 public:
  Patch() : writer_(kUsualBytes) { writer_.begin_array(); }

  // Adds entries (JSON text each) to the array object[name] at `pointer`/name. A missing array is added
  // whole, an existing one gets one operation for each entry. Does nothing without entries.
  void append(const json::Value& object, std::string_view pointer, std::string_view name,
              std::span<const std::string_view> entries);
  // Does the same for the members of a map of strings.
  void merge(const json::Value& object, std::string_view pointer, std::string_view name,
             std::span<const MapEntry> members);

  bool empty() const { return empty_; }
  // Ends the patch and returns it; "" where it is empty. Nothing can be added afterwards.
  std::string to_text();

 private:
  static constexpr std::size_t kUsualBytes = std::size_t{8} << 10;

  void begin(std::string_view pointer);
  void end() { writer_.end_object(); }
  void write_value(const MapEntry& entry);

  json::TextWriter writer_;
  std::string pointer_;  // of the operation that is written
  bool empty_ = true;
};

}  // namespace connected_registry::inject
