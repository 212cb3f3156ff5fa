#include "sync/storage_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "base/stop.h"
#include "base/system_error.h"

namespace connected_registry::sync {

Result<StorageLock> StorageLock::acquire(const std::filesystem::path& file, const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kPause{200};
  constexpr mode_t kMode = 0660;
  Descriptor opened(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode));
  if (!opened) return fail_system("open", file, errno);
  StorageLock lock(std::move(opened));
  do {
    if (::flock(lock.file_.get(), LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK && errno != EINTR) return fail_system("lock", file, errno);
  } while (wait_for(stop, kPause));
  return fail(ErrorCode::kCancelled, "stopped while another process writes");
}

Result<DiskSpace> disk_space(const std::filesystem::path& directory) {
  struct statvfs stats {};
  if (::statvfs(directory.c_str(), &stats) != 0)
    return fail_system("get the free space of", directory, errno);
  const auto block = static_cast<double>(stats.f_frsize);
  return DiskSpace{.total = block * static_cast<double>(stats.f_blocks),
                   .free = block * static_cast<double>(stats.f_bavail)};
}

}  // namespace connected_registry::sync
