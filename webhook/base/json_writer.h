// Writes JSON text piece by piece, without building a document first.
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <string_view>

#include "base/json.h"

namespace connected_registry::json {

// The caller opens and closes objects and arrays in pairs, and gives each member a key. Not thread-safe.
class TextWriter {
 public:
  TextWriter() : writer_(buffer_) {}
  TextWriter(const TextWriter&) = delete;
  TextWriter& operator=(const TextWriter&) = delete;
  TextWriter(TextWriter&&) = delete;
  TextWriter& operator=(TextWriter&&) = delete;
  ~TextWriter() = default;

  void begin_object() { writer_.StartObject(); }
  void end_object() { writer_.EndObject(); }
  void begin_array() { writer_.StartArray(); }
  void end_array() { writer_.EndArray(); }
  void key(std::string_view name) { writer_.Key(name.data(), size_of(name)); }
  void string(std::string_view text) { writer_.String(text.data(), size_of(text)); }
  void boolean(bool value) { writer_.Bool(value); }
  void number(int value) { writer_.Int(value); }
  void value(const Value& value) { value.Accept(writer_); }
  // A member whose value is a string.
  void member(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }

  std::string text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  static rapidjson::SizeType size_of(std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

}  // namespace connected_registry::json
