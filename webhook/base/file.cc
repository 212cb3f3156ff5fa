#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/descriptor.h"
#include "base/system_error.h"

namespace connected_registry::file {
namespace {

Status write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_system("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// Syncs a directory, which makes a rename in it durable.
Status sync_directory(const std::filesystem::path& directory) {
  const Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return fail_system("open", directory, errno);
  if (::fsync(opened.get()) != 0) return fail_system("sync", directory, errno);
  return {};
}

Status write_temporary(const std::string& name, std::string_view bytes, mode_t mode) {
  Descriptor opened(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!opened) return fail_system("create", name, errno);
  if (auto written = write_all(opened.get(), bytes, name); !written) return written;
  // open() reduces the mode by the umask.
  if (::fchmod(opened.get(), mode) != 0) return fail_system("set the mode of", name, errno);
  if (::fsync(opened.get()) != 0) return fail_system("sync", name, errno);
  if (opened.close() != 0) return fail_system("close", name, errno);
  return {};
}

}  // namespace

Result<std::string> read(const std::filesystem::path& path, std::size_t limit) {
  const Descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!opened) return fail_system("read", path, errno);
  struct stat status {};
  if (::fstat(opened.get(), &status) != 0) return fail_system("read", path, errno);
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::kIo, "read " + path.string() + ": not a regular file");
  std::string content;
  std::string chunk(std::size_t{64} * 1024, '\0');
  for (;;) {
    const ssize_t count = ::read(opened.get(), chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail_system("read", path, errno);
    if (count == 0) return content;
    content.append(chunk.data(), static_cast<std::size_t>(count));
    if (content.size() > limit) {
      return fail(ErrorCode::kInvalidArgument,
                  "read " + path.string() + ": longer than " + std::to_string(limit) + " bytes");
    }
  }
}

Status write_atomically(const std::filesystem::path& path, std::string_view bytes, mode_t mode) {
  const std::filesystem::path directory = path.has_parent_path() ? path.parent_path() : ".";
  const std::string temporary = directory / (std::string(kTemporaryPrefix) + path.filename().string());
  ::unlink(temporary.c_str());  // left by a crash
  auto written = write_temporary(temporary, bytes, mode);
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0)
    written = fail_system("replace", path, errno);
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  return sync_directory(directory);
}

}  // namespace connected_registry::file
