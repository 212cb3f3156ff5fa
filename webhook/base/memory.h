// Settings of the memory allocator.
#pragma once

namespace connected_registry::memory {

// Tunes the allocator for a server that runs for months. There are few arenas, so that one thread uses what
// another has freed. Large blocks return to the kernel at once. Small blocks stay, so that requests do not
// fetch them again. Must be called before other threads start.
void tune_allocator();

// Returns free pages to the kernel. Useful after work that does not recur soon, such as a start.
void release_free_pages();

}  // namespace connected_registry::memory
