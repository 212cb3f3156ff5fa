#include "base/descriptor.h"

#include <unistd.h>

namespace connected_registry {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (number_ >= 0) ::close(number_);
    number_ = other.release();
  }
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

int Descriptor::close() {
  return number_ >= 0 ? ::close(release()) : 0;
}

}  // namespace connected_registry
