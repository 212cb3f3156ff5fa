// An owner of a file descriptor.
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
  // Closes now and returns the result of close(2), so that an error of a delayed write is not lost.
  int close();

 private:
  int number_;
};

}  // namespace connected_registry
