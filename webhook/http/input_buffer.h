// Bytes that a client has sent and that are not handled yet.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

namespace connected_registry::http {

// Allocates nothing before the first reserve(). kPadding bytes behind the content may be read and written, so
// that a parser may end its text with a NUL and read whole machine words. Not thread-safe.
class InputBuffer {
 public:
  static constexpr std::size_t kPadding = 32;

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  std::string_view view() const { return {data_.get(), size_}; }
  std::span<char> bytes() { return {data_.get(), size_}; }

  // Makes room for `capacity` bytes in all and keeps the content. Returns false where memory is short.
  bool reserve(std::size_t capacity);
  // Returns the unused room, where the next bytes are to be written.
  std::span<char> room() { return {data_.get() + size_, capacity_ - size_}; }
  // Adds `count` bytes that were written to room().
  void commit(std::size_t count) { size_ += count; }
  // Appends bytes, for which there must be room.
  void append(std::string_view bytes);
  // Removes `count` bytes at the front.
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
