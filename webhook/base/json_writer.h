// A writer of JSON text that does not need a document.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace connected_registry::json {

// Writes JSON text. The caller must begin and end objects and arrays in pairs and must write a key for each
// member. Texts must be UTF-8. Not thread-safe. It replaces RapidJSON's writer, which tracks open objects and
// writes single characters. That writer took a sixth of the time of an admission.
class TextWriter {
 public:
  // `expected` is the approximate size of the text. A good estimate saves copies.
  explicit TextWriter(std::size_t expected = kDefaultSize);
  TextWriter(const TextWriter&) = delete;
  TextWriter& operator=(const TextWriter&) = delete;
  TextWriter(TextWriter&&) = delete;
  TextWriter& operator=(TextWriter&&) = delete;
  ~TextWriter() = default;

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void key(std::string_view name) {
    string(name);
    put(':');
    is_comma_due_ = false;
  }
  void string(std::string_view text);
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void number(int value) { raw(std::to_string(value)); }
  // Writes a value that is already JSON text.
  void raw(std::string_view json);
  // Writes the beginning of a value, for example `{"a":`. The next call must write the value that follows.
  void raw_prefix(std::string_view json) {
    raw(json);
    is_comma_due_ = false;
  }
  // Writes the bytes as a string in base64.
  void base64(std::string_view bytes);
  // Writes a member whose value is a string.
  void member(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }

  // Returns the text that was written so far. The view is valid until the next call that writes.
  std::string_view view() const { return {memory_.get(), size_}; }
  std::string text() const { return std::string(view()); }
  // Removes the text and keeps the memory.
  void clear() {
    size_ = 0;
    is_comma_due_ = false;
  }

 private:
  static constexpr std::size_t kDefaultSize = 256;

  void open(char bracket) {
    separate();
    put(bracket);
    is_comma_due_ = false;
  }
  void close(char bracket) {
    put(bracket);
    is_comma_due_ = true;
  }
  void separate() {
    if (is_comma_due_) put(',');
  }
  void put(char character) {
    *room(1) = character;
    ++size_;
  }
  // Makes room for `bytes` bytes and returns the position to write to.
  char* room(std::size_t bytes) {
    if (capacity_ - size_ < bytes) grow(bytes);
    return memory_.get() + size_;
  }
  void grow(std::size_t bytes);

  std::unique_ptr<char[]> memory_;  // NOLINT(*-avoid-c-arrays): left uninitialized
  std::size_t capacity_;
  std::size_t size_ = 0;
  bool is_comma_due_ = false;  // true: write a comma before the next key or value
};

}  // namespace connected_registry::json
