// A target as libFuzzer calls it.
#include <cstddef>
#include <cstdint>

#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  connected_registry::fuzz::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
