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

struct Text {
  std::string_view name;
  std::string_view value;
  std::string_view json = {};  // the value as JSON, where that was written already
};

// Written as it grows, so that what a pod gets is put into words once.
class Patch {
 public:
  Patch() : writer_(kUsual) { writer_.begin_array(); }

  // Adds entries to the array object[name], which is at `pointer`/name: the whole array where there is none
  // yet, else one operation an entry. Nothing for no entries. Each entry is JSON text.
  void append(const json::Value& object, std::string_view pointer, std::string_view name,
              std::span<const std::string_view> entries);
  // The same for the members of a map of texts.
  void merge(const json::Value& object, std::string_view pointer, std::string_view name,
             std::span<const Text> members);

  bool empty() const { return empty_; }
  // "" where there is nothing to do. Nothing can be added afterwards.
  std::string to_text();

 private:
  static constexpr std::size_t kUsual = std::size_t{8} << 10;  // bytes

  void begin(std::string_view pointer);
  void end() { writer_.end_object(); }
  void write_value(const Text& text);

  json::TextWriter writer_;
  std::string at_;  // the place that is written to
  bool empty_ = true;
};

}  // namespace connected_registry::inject
