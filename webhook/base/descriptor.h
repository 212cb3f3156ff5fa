// A class that owns a file descriptor.
#pragma once

#include <utility>

namespace connected_registry {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }
  // Closes the descriptor and returns the result of close(2). The result reports an error of a delayed write.
  // The destructor ignores such an error.
  int close();

 private:
  int number_;
};

}  // namespace connected_registry
