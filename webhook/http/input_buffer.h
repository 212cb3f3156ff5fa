// Bytes that a client sent and nobody has handled yet.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

namespace connected_registry::http {

// Takes no memory until something is reserved. Behind the bytes there are always kPadding more that may be
// read and written, so that a parser may end its text with a NUL and look at whole words. Not thread-safe.
class InputBuffer {
 public:
  static constexpr std::size_t kPadding = 32;

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  std::string_view view() const { return {data_.get(), size_}; }
  std::span<char> bytes() { return {data_.get(), size_}; }

  // Room for so many bytes in all; false where memory is short. Keeps the bytes.
  bool reserve(std::size_t capacity);
  // Where the next bytes go.
  std::span<char> room() { return {data_.get() + size_, capacity_ - size_}; }
  // So many bytes were put there.
  void commit(std::size_t count) { size_ += count; }
  // Appends, into room that was reserved.
  void append(std::string_view bytes);
  // Forgets bytes at the front.
  void consume(std::size_t count);
  void clear() { size_ = 0; }
  // Gives the memory back.
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
