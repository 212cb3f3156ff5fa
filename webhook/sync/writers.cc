#include "sync/writers.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "base/stop.h"

namespace connected_registry::sync {
namespace {

tl::unexpected<Error> fail_system(const char* doing, const std::filesystem::path& path, int number) {
  return fail(ErrorCode::kIo, std::string(doing) + " " + path.string() + ": " +
                                  std::error_code(number, std::generic_category()).message());
}

}  // namespace

Result<WritersLock> WritersLock::take(const std::filesystem::path& file, const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kPause{200};
  constexpr mode_t kMode = 0660;
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode);
  if (descriptor < 0) return fail_system("open", file, errno);
  WritersLock lock(descriptor);
  do {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK && errno != EINTR) return fail_system("lock", file, errno);
  } while (wait_for(stop, kPause));
  return fail(ErrorCode::kCancelled, "stopped while another one writes");
}

WritersLock::~WritersLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

WritersLock::WritersLock(WritersLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Result<DiskSpace> disk_space(const std::filesystem::path& folder) {
  struct statvfs found {};
  if (::statvfs(folder.c_str(), &found) != 0) return fail_system("look at", folder, errno);
  const auto block = static_cast<double>(found.f_frsize);
  return DiskSpace{.total = block * static_cast<double>(found.f_blocks),
                   .free = block * static_cast<double>(found.f_bavail)};
}

}  // namespace connected_registry::sync
