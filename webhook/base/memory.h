// How the process asks the kernel for memory.
#pragma once

namespace connected_registry::memory {

// For a server that runs for months: few arenas, so that what one thread freed the next one uses; large
// blocks go back to the kernel at once; small ones stay, so that each request does not fetch them anew. To be
// called first in main, or before other threads begin.
void tune_allocator();

// Gives the kernel what is free in pages of its own: to be called after work that is not done again soon,
// such as a start.
void give_back();

}  // namespace connected_registry::memory
