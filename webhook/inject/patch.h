// Builds a JSON Patch (RFC 6902) of "add" operations.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/json_writer.h"

namespace connected_registry::inject {

// Appends a reference token to a JSON Pointer (RFC 6901). Escapes '~' and '/'.
void append_token(std::string& pointer, std::string_view name);

// A member of a map of strings.
struct MapEntry {
  std::string_view name;
  std::string_view value;
  std::string_view json = {};  // the value as JSON, if it is already rendered; otherwise empty
};

// A builder of a JSON Patch. It writes the text of each operation immediately and builds no document.
class Patch {
 public:
  Patch() : writer_(kUsualBytes) { writer_.begin_array(); }

  // Adds entries to the array object[name] at `pointer`/name. Each entry is JSON text. If the array is
  // missing, one operation adds the complete array. Otherwise one operation adds each entry. Does nothing if
  // `entries` is empty.
  void append(const json::Value& object, std::string_view pointer, std::string_view name,
              std::span<const std::string_view> entries);
  // Adds members to the map of strings object[name], in the same way as append().
  void merge(const json::Value& object, std::string_view pointer, std::string_view name,
             std::span<const MapEntry> members);

  bool empty() const { return empty_; }
  // Completes the patch and returns its text, or "" if the patch is empty. Do not add operations afterwards.
  std::string to_text();

 private:
  static constexpr std::size_t kUsualBytes = std::size_t{8} << 10;

  void begin(std::string_view pointer);
  void end() { writer_.end_object(); }
  void write_value(const MapEntry& entry);

  json::TextWriter writer_;
  std::string pointer_;  // pointer of the current operation
  bool empty_ = true;
};

}  // namespace connected_registry::inject
