#include "base/memory.h"

#include <malloc.h>

namespace connected_registry::memory {

void tune_allocator() {
#if defined(__GLIBC__)
  constexpr int kArenas = 2;
  // Fixed: by itself, glibc raises the threshold to the largest block that was ever freed, and keeps such
  // blocks.
  constexpr int kLargeBlock = 256 << 10;
  constexpr int kKept = 1 << 20;
  mallopt(M_ARENA_MAX, kArenas);
  mallopt(M_MMAP_THRESHOLD, kLargeBlock);
  mallopt(M_TRIM_THRESHOLD, kKept);
#endif
}

void release_free_pages() {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

}  // namespace connected_registry::memory
