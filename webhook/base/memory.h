// Settings of the memory allocator.
#pragma once

namespace connected_registry::memory {

// Tunes the allocator for a server that runs for months. It uses few arenas, so that a thread can use memory
// that another thread has freed. It returns large blocks to the kernel immediately. It keeps small blocks, so
// that the program does not get them from the kernel again for each HTTP request. Call this function before
// other threads start.
void tune_allocator();

// Returns free pages to the kernel. Call it after work that is not repeated soon, such as the program's
// start.
void release_free_pages();

}  // namespace connected_registry::memory
