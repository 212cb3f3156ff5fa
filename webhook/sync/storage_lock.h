// A lock on the registry's storage. Synchronization runs and garbage collection use the lock, because both
// write to the storage of one pod. The lock is on a file that their containers share.
#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>

#include "base/descriptor.h"
#include "base/result.h"

namespace connected_registry::sync {

// The lock is held during the lifetime of the object. It is also released when the process ends.
class StorageLock {
 public:
  // Waits until no other process holds the lock, and takes it. Fails with kCancelled at `stop`, and with
  // kNotFound or kIo if the file cannot be opened.
  static Result<StorageLock> acquire(const std::filesystem::path& file, const std::stop_token& stop);

 private:
  explicit StorageLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

struct DiskSpace {
  double total = 0;  // bytes
  double free = 0;   // bytes that are available to users other than root

  double free_share() const { return total > 0 ? free / total : 1; }
};

// Returns the space of the file system that contains the directory.
Result<DiskSpace> disk_space(const std::filesystem::path& directory);

}  // namespace connected_registry::sync
