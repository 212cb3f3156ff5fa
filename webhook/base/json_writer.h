// Writes JSON text piece by piece, without building a document first.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace connected_registry::json {

// The caller opens and closes objects and arrays in pairs, and gives each member a key. Texts are UTF-8. Not
// thread-safe. RapidJSON's writer, which keeps account of what is open and writes character by character,
// took a sixth of an admission.
class TextWriter {
 public:
  // `expected`: bytes that there will be, about: what is right saves copies.
  explicit TextWriter(std::size_t expected = kFew);
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
  void boolean(bool value) { written(value ? "true" : "false"); }
  void number(int value) { written(std::to_string(value)); }
  // A value that is JSON text already: what another writer wrote.
  void written(std::string_view json);
  // The beginning of a value, up to where another one is due: `{"a":`.
  void begun(std::string_view json) {
    written(json);
    is_comma_due_ = false;
  }
  // A string that is the bytes in base64.
  void base64(std::string_view bytes);
  // A member whose value is a string.
  void member(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }

  // What was written so far; valid until more is.
  std::string_view view() const { return {memory_.get(), size_}; }
  std::string text() const { return std::string(view()); }
  // Begins anew, with the memory that it has.
  void clear() {
    size_ = 0;
    is_comma_due_ = false;
  }

 private:
  static constexpr std::size_t kFew = 256;

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
  // Where to write next, with room for so many bytes.
  char* room(std::size_t bytes) {
    if (capacity_ - size_ < bytes) grow(bytes);
    return memory_.get() + size_;
  }
  void grow(std::size_t bytes);

  std::unique_ptr<char[]> memory_;  // NOLINT(*-avoid-c-arrays): left as it comes until it is written
  std::size_t capacity_;
  std::size_t size_ = 0;
  bool is_comma_due_ = false;  // before the next key or value
};

}  // namespace connected_registry::json
