// Bytes that a client has sent and that the server has not processed yet.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

namespace connected_registry::http {

// Allocates no memory before the first reserve(). After the content, kPadding bytes can be read and written,
// so that a parser can write a NUL after its text and read whole machine words. Not thread-safe.
class InputBuffer {
 public:
  static constexpr std::size_t kPadding = 32;

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  std::string_view view() const { return {data_.get(), size_}; }
  std::span<char> bytes() { return {data_.get(), size_}; }

  // Makes room for `capacity` bytes including the content, which is kept. Returns false if there is not
  // enough memory.
  bool reserve(std::size_t capacity);
  // Returns the unused memory. The next bytes must be written there.
  std::span<char> room() { return {data_.get() + size_, capacity_ - size_}; }
  // Adds the first `count` bytes of room() to the content.
  void commit(std::size_t count) { size_ += count; }
  // Appends bytes. There must be enough room for them.
  void append(std::string_view bytes);
  // Removes the first `count` bytes of the content.
  void consume(std::size_t count);
  void clear() { size_ = 0; }
  // Frees the memory.
  void release();

 private:
  struct Free {
    void operator()(char* data) const { std::free(data); }
  };
  std::unique_ptr<char, Free> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace connected_registry::http
