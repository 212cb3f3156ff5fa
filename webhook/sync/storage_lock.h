// The lock between those who write to the registry's storage: synchronization runs and garbage collection.
// They are programs in containers of one pod, and the lock is a file that they share.
#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>

#include "base/descriptor.h"
#include "base/result.h"

namespace connected_registry::sync {

// Held until its end, or the process's.
class StorageLock {
 public:
  // Waits until nobody holds it. kCancelled at `stop`, kNotFound or kIo where the file is not to be had.
  static Result<StorageLock> take(const std::filesystem::path& file, const std::stop_token& stop);

 private:
  explicit StorageLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

struct DiskSpace {
  double total = 0;  // bytes
  double free = 0;   // bytes, for whoever is not root

  double free_share() const { return total > 0 ? free / total : 1; }
};

// Of the file system that holds the directory.
Result<DiskSpace> disk_space(const std::filesystem::path& directory);

}  // namespace connected_registry::sync
