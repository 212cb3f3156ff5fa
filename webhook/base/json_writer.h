// Writes JSON text piece by piece, without building a document first.
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstring>
#include <string>
#include <string_view>

#include "base/base64.h"
#include "base/json.h"

namespace connected_registry::json {

// The caller opens and closes objects and arrays in pairs, and gives each member a key. Not thread-safe.
class TextWriter {
 public:
  // `expected`: bytes that there will be, about: what is right saves copies.
  explicit TextWriter(std::size_t expected = kFew) : buffer_(nullptr, expected), writer_(buffer_) {}
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
  // A value that is JSON text already: what another writer wrote.
  void written(std::string_view json) { std::memcpy(writer_.push(json.size()), json.data(), json.size()); }
  // A string that is the bytes in base64.
  void base64(std::string_view bytes) {
    const std::size_t size = base64::encoded_size(bytes.size());
    char* const target = writer_.push(size + 2);
    target[0] = '"';
    base64::encode(bytes, target + 1);
    target[size + 1] = '"';
  }
  // A member whose value is a string.
  void member(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }

  // What was written so far; valid until more is.
  std::string_view view() const { return {buffer_.GetString(), buffer_.GetSize()}; }
  std::string text() const { return std::string(view()); }
  // Begins anew, with the memory that it has.
  void clear() {
    buffer_.Clear();
    writer_.Reset(buffer_);
  }

 private:
  static constexpr std::size_t kFew = 256;

  // RapidJSON's own way to write a raw value copies character by character.
  class Writer : public rapidjson::Writer<rapidjson::StringBuffer> {
   public:
    using rapidjson::Writer<rapidjson::StringBuffer>::Writer;
    // Room for a value of so many bytes, which the caller fills.
    char* push(std::size_t size) {
      Prefix(rapidjson::kStringType);
      return os_->Push(size);
    }
  };

  static rapidjson::SizeType size_of(std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
  }

  rapidjson::StringBuffer buffer_;
  Writer writer_;
};

}  // namespace connected_registry::json
