#include "http/input_buffer.h"

#include <algorithm>
#include <cstring>

namespace connected_registry::http {

bool InputBuffer::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return true;
  // realloc: large blocks move by their pages, without a second copy in memory.
  void* const grown = std::realloc(data_.get(), capacity + kPadding);
  if (grown == nullptr) return false;
  static_cast<void>(data_.release());
  data_.reset(static_cast<char*>(grown));
  capacity_ = capacity;
  return true;
}

void InputBuffer::append(std::string_view bytes) {
  std::copy_n(bytes.data(), bytes.size(), room().data());
  commit(bytes.size());
}

void InputBuffer::consume(std::size_t count) {
  size_ -= count;
  if (size_ > 0) std::memmove(data_.get(), data_.get() + count, size_);
}

void InputBuffer::release() {
  data_.reset();
  size_ = 0;
  capacity_ = 0;
}

}  // namespace connected_registry::http
